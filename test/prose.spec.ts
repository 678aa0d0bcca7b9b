import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { describeMachine, drawMachine } from '#libs/account/account.chart';
import type { MachineDefinition } from '#libs/contracts/machine-definition';
import { OPERATIONS } from '#libs/contracts/operations';
import { REASON_CODES, type ReasonActor, type ReasonCode, reasonEntry } from '#libs/contracts/reasons';
import { VARIABLES } from '#src/config/variables';
import { VARIABLE_WORDS } from '#apps/dashboard/operations/configuration/variable-words';

const ROOT = resolve(import.meta.dirname, '..');
const PROSE = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'] as const;
const machine = describeMachine();

const ACTORS: Readonly<Record<ReasonActor, string>> = {
  nobody: 'nobody',
  phone: 'who has the phone',
  operator: 'who runs Muster',
  developer: 'who works on Muster',
};

/**
 * What the README shows between `<!-- name -->` and `<!-- /name -->`: made from the code, never by hand. The chart is the
 * text of libs/account/account.chart.mmd, which account.chart.spec.ts holds to the same machine.
 */
const BLOCKS: Readonly<Record<string, string>> = {
  statuses: mermaid(drawStatuses(machine)),
  chart: mermaid(drawMachine(machine)),
  configuration: tableOf(VARIABLES),
  reasons: tableOfReasons(),
};

describe('the README', () => {
  it('shows machine, configuration and reasons as they are (npm run draw renews it)', async () => {
    await expect(await renewed('README.md')).toMatchFileSnapshot('../README.md');
  });

  it('calls only what the API has', () => {
    const paths = [...codeOf(read('README.md')).matchAll(/\$API(\/[\w$/-]*)/g)].map(([, path]) => `/api/v1${path}`);
    expect(paths.length).toBeGreaterThan(5);
    const known = new Set<string>(Object.values(OPERATIONS).map(({ path }) => path));
    expect(paths.map((path) => path.replaceAll(/\$\w+/g, '{id}')).filter((path) => !known.has(path))).toEqual([]);
  });
});

it.each(['uk', 'ru'] as const)('every variable is described in %s, too', (language) => {
  expect(Object.keys(VARIABLE_WORDS[language])).toEqual(Object.keys(VARIABLES));
});

describe.each(PROSE)('%s', (file) => {
  const text = read(file);

  it('leads nowhere but to what is there', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');
    const ours = links.filter((target) => !/^\w+:/.test(target) && !target.startsWith('<'));
    expect(ours.filter((target) => !isThere(file, target))).toEqual([]);
  });

  it('names only scripts that package.json has', () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    const named = [...text.matchAll(/npm run (?:-s )?([\w:]*\w)/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

/** The file with its blocks made anew, as `npm run format` leaves it. */
async function renewed(file: string): Promise<string> {
  const text = Object.entries(BLOCKS).reduce((whole, [name, block]) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [whole.indexOf(begin), whole.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${file} has no block ${begin} … ${end}`);
    return `${whole.slice(0, from)}${begin}\n\n${block}\n\n${whole.slice(to)}`;
  }, read(file));
  return format(text, { ...(await resolveConfig(join(ROOT, file))), filepath: file });
}

/** The six statuses alone: every way from one to another, once. */
function drawStatuses({ states, initial, transitions }: MachineDefinition): string {
  const statusOf = (path: string): string => path.split('.', 1)[0] ?? path;
  const inside = new Set(states.map(({ id }) => statusOf(id)));
  const ways = transitions
    .map(({ from, to }) => [statusOf(from), statusOf(to ?? from)] as const)
    .filter(([from, to]) => from !== to && inside.has(from) && inside.has(to))
    .map(([from, to]) => `  ${from} --> ${to}`);
  return ['stateDiagram-v2', '  direction LR', `  [*] --> ${statusOf(initial)}`, ...new Set(ways)].join('\n');
}

function mermaid(chart: string): string {
  return `\`\`\`mermaid\n${chart.trimEnd()}\n\`\`\``;
}

function tableOf(variables: Readonly<Record<string, { readonly default: string; readonly comment: string }>>): string {
  const rows = Object.entries(variables).map(
    ([name, { default: fallback, comment }]) =>
      `| \`${name}\` | ${fallback === '' ? '' : `\`${fallback}\``} | ${comment.replaceAll('|', '\\|')} |`,
  );
  return ['| variable | default | what it is |', '| --- | --- | --- |', ...rows].join('\n');
}

/** In the order of the code: outages, crashes, then what rests. */
function tableOfReasons(): string {
  const rows = REASON_CODES.map(
    (code) =>
      `| \`${code}\` | ${reasonEntry(code).class} | ${whatFollows(code)} | ${ACTORS[reasonEntry(code).who]} | ${reasonEntry(code).message} |`,
  );
  return ['| reason | class | what follows | who must act | what it means |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

function whatFollows(code: ReasonCode): string {
  const { class: kind, rests, triedOnceMore } = reasonEntry(code);
  if (code === 'recycled') return 'a new session at once';
  if (kind === 'outage') return 'new sessions, for ever';
  if (kind === 'crash') return 'new sessions; too often: `FAILED`';
  return triedOnceMore ? `one new session, then \`${rests}\`` : `\`${rests}\``;
}

function isThere(file: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const place = path === '' ? file : join(dirname(file), path);
  if (!existsSync(join(ROOT, place))) return false;
  return anchor === undefined || anchorsOf(read(place)).includes(anchor);
}

/** As GitHub makes them: lower case, spaces to hyphens, other signs dropped. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function codeOf(text: string): string {
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code]) => code).join('\n');
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}
