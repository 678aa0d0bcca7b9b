import { accountMachine } from '#libs/account/account.machine';
import { ACTION_WEIGHTS } from './actions.js';
import { STATES } from './ambush.js';
import { CALLS } from './calls.js';
import type { CoverageCounts } from './coverage.js';

/** What the schedules should have reached and have not: a gap of the generator, in which a bug would lie unseen. */
export function gapsOf({ steps, actions, crashes }: CoverageCounts): readonly string[] {
  return [
    ...handledPairs().filter((pair) => !isImpossible(pair) && !steps[pair]),
    ...STATES.flatMap((state) => Object.keys(ACTION_WEIGHTS).map((action) => `${state} × ${action}`)).filter(
      (pair) => !actions[pair],
    ),
    // `running` is our own mark at the end of a start, met by few deaths.
    ...CALLS.filter((call) => call !== 'running' && !crashes[`at ${call}`] && !crashes[`around ${call}`]).map(
      (call) => `death at ${call}`,
    ),
  ];
}

/** Each state with each event that it, or a state around it, does something about. */
function handledPairs(): readonly string[] {
  const pairs: string[] = [];
  const walk = (node: Node, around: readonly string[]): void => {
    const events = [...around, ...node.ownEvents];
    const below = Object.values(node.states);
    for (const child of below) walk(child, events);
    if (below.length === 0) pairs.push(...new Set(events.map((event) => `${node.path.join('.')} × ${event}`)));
  };
  walk(accountMachine.root, []);
  return pairs;
}

interface Node {
  readonly path: readonly string[];
  readonly ownEvents: readonly string[];
  readonly states: Readonly<Record<string, Node>>;
}

/** What no schedule can reach with parts that keep their promises; the paths through the machine itself go there. */
const IMPOSSIBLE: readonly (readonly [state: RegExp, event: RegExp, why: string])[] = [
  [/./, /^driver\.logged-out$/, 'said only by a session that is asked to log out, and so is closing'],
  [/./, /^login\.discarded$/, 'a new session waits until the old login is moved aside'],
  [
    /^(DISCONNECTED\.closing|QR_READY|FAILED)/,
    /^account\.restore$/,
    'not planned for those that nobody wants or no login serves',
  ],
  [/^CONNECTING\.queued$/, /^deadline\.queue$/, 'slots are given back after 15 s, and there are few accounts'],
  [/^(CONNECTING\.launching|QR_READY)$/, /^driver\.ready$/, 'the simulated session says scanned first'],
  [/^AUTHENTICATING/, /^driver\.qr$/, 'the simulated session shows no code after a login was accepted'],
];

const isImpossible = (pair: string): boolean => {
  const [state = '', event = ''] = pair.split(' × ');
  return IMPOSSIBLE.some(([states, events]) => states.test(state) && events.test(event));
};
