import { PAGES } from '../pages.js';
import { FLEET_HREF, LEASES_HREF, OPERATIONS_HREF, type PageName, SUPERVISION_HREF, useRoute } from '../parts/route.js';
import { useWords } from '../parts/shell.js';

/** The pages there are. An account and its inspector are reached from the list. */
export function Nav() {
  const { words } = useWords();
  const { page: here } = useRoute();
  const links: readonly (readonly [PageName, string, string])[] = [
    ['fleet', FLEET_HREF, words.accounts],
    ...(PAGES.leases ? [['leases', LEASES_HREF, words.pages.leases] as const] : []),
    ...(PAGES.supervision ? [['supervision', SUPERVISION_HREF, words.pages.supervision] as const] : []),
    ...(PAGES.operations ? [['operations', OPERATIONS_HREF, words.pages.operations] as const] : []),
  ];
  const shown = here === 'account' || here === 'inspector' ? 'fleet' : here;
  return (
    <nav className="nav" aria-label={words.pages.title}>
      {links.map(([name, href, text]) => (
        <a
          key={name}
          ref={name === shown ? show : undefined}
          href={href}
          aria-current={name === here ? 'page' : name === shown ? 'true' : undefined}
        >
          {text}
        </a>
      ))}
    </nav>
  );
}

/** On a phone the row of pages is wider than the screen. */
function show(link: HTMLAnchorElement | null): void {
  link?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
