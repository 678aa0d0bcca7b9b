import { type ReactNode, useEffect, useRef } from 'react';
import { Notice } from '../parts/notice.js';
import { FLEET_HREF, listenToRoute } from '../parts/route.js';
import { useFleet, useNow, useWords } from '../parts/shell.js';
import { formatMoment } from '../parts/time.js';
import { TroubleText } from '../parts/trouble.js';
import type { Language } from '../words/language.js';
import { Choices } from './choices.js';
import { Nav } from './nav.js';

export interface FrameProps {
  readonly setLanguage: (language: Language) => void;
  readonly children: ReactNode;
}

/** What stands around every page: where one is, whether what one sees is true now, and how it is shown. */
export function Frame({ setLanguage, children }: FrameProps) {
  const { words } = useWords();
  const content = useRef<HTMLElement>(null);
  useEffect(() => listenToRoute(() => arriveAt(content.current)), []);
  return (
    <>
      <a className="skip" href="#content" onClick={skip}>
        {words.skip}
      </a>
      <header className="top">
        <a className="brand" href={FLEET_HREF}>
          <span className="brand-mark" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <span className="brand-name">Muster</span>
        </a>
        <Nav />
        <Line />
        <Choices setLanguage={setLanguage} />
      </header>
      <main ref={content} id="content" tabIndex={-1}>
        <Staleness />
        {children}
      </main>
    </>
  );
}

/** A new page begins at its top, for eyes and for screen readers. */
function arriveAt(content: HTMLElement | null): void {
  content?.focus({ preventScroll: true });
  scrollTo(0, 0);
}

/** The part behind # is the route, so the browser's own jump would leave the page. */
function skip(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

function Line() {
  const { words } = useWords();
  const { line } = useFleet();
  return (
    <span className="line" data-is={line.is} role="status">
      <span className="line-dot" aria-hidden="true" />
      {words.line[line.is]}
    </span>
  );
}

/** A first connection takes a moment; only one that takes long is worth words. */
const PATIENCE_MS = 1_500;

function Staleness() {
  const { words, language } = useWords();
  const { line, loaded, failure } = useFleet();
  const now = useNow();
  if (line.is === 'stale')
    return (
      <Notice tone="warn" title={words.line.stale}>
        <p>{words.line.staleSince(formatMoment(new Date(line.sinceMs).toISOString(), now, language))}</p>
      </Notice>
    );
  if (line.is === 'live' && failure !== null)
    return (
      <Notice tone="warn" title={words.line.unread}>
        <TroubleText error={failure} />
      </Notice>
    );
  if (line.is === 'connecting' && !loaded && line.why !== null && now - line.sinceMs > PATIENCE_MS)
    return (
      <Notice tone="calm" title={words.line.connecting}>
        <p>{words.line.connectingWhy}</p>
      </Notice>
    );
  return null;
}
