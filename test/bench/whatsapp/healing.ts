import { setTimeout as delay } from 'node:timers/promises';
import type { TransitionView } from '#libs/contracts/transition';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { listTree, listUsersOfProfile } from '#libs/processes/process-table';
import type { Figure } from '../figure.js';
import { median } from '../percentile.js';
import type { WhatsappFleet } from './fleet.js';

/** Long enough for a page that hangs: two probes missed, a close, a restart. */
const HEALED_MS_MAX = 120_000;
const LOOK_EVERY_MS = 25;
/** Between two trials, so that each finds a machine at rest. */
const PAUSE_MS = 500;
const HANG_MS = 100_000;

interface Patient {
  readonly fleet: WhatsappFleet;
  readonly id: string;
  /** Of its browser: the one that leads first. */
  readonly browser: readonly ProcessEntry[];
}

interface Fault {
  readonly name: string;
  strike(patient: Patient): Promise<void> | void;
  /** It is that of one account: no other may move. An engine host has several. */
  readonly alone: boolean;
  /** Seconds. */
  readonly leavesMax?: number;
  readonly backMax?: number;
}

interface Trial {
  readonly leftMs: number;
  readonly backMs: number;
  /** Steps in the histories of all other accounts. */
  readonly othersMoved: number;
}

const FAULTS: readonly Fault[] = [
  {
    name: 'browser killed',
    alone: true,
    leavesMax: 1,
    backMax: 5,
    strike: ({ browser }) => signal(browser[0], 'SIGKILL'),
  },
  {
    name: 'page crashed',
    alone: true,
    leavesMax: 1,
    strike: ({ browser }) =>
      listTree([browser[0]!.pid])
        .filter(isRenderer)
        .forEach((each) => signal(each, 'SIGKILL')),
  },
  {
    name: 'engine host killed',
    alone: false,
    strike: ({ browser }) => signal(browser[0] && { pid: browser[0].parentPid }, 'SIGKILL'),
  },
  { name: 'page hangs', alone: true, leavesMax: 40, strike: hang },
  {
    name: 'browser frozen',
    alone: true,
    leavesMax: 40,
    strike: ({ browser }) => browser.forEach((each) => signal(each, 'SIGSTOP')),
  },
];

/** From a fault to the account's leaving CONNECTED, and to CONNECTED again, by the times in its history. */
export async function* benchHealing(
  fleet: WhatsappFleet,
  { trials, faults }: { readonly trials: number; readonly faults: readonly string[] },
  abort: AbortSignal,
): AsyncGenerator<readonly Figure[], void, undefined> {
  const wanted = FAULTS.filter(({ name }) => faults.length === 0 || faults.some((part) => name.includes(part)));
  for (const fault of wanted) {
    const done: Trial[] = [];
    while (done.length < trials) done.push(await tryOnce(fleet, fault, abort));
    yield figuresOf(fault, done);
  }
}

async function tryOnce(fleet: WhatsappFleet, fault: Fault, abort: AbortSignal): Promise<Trial> {
  await fleet.want(fleet.accountIds.length);
  await delay(PAUSE_MS, undefined, { signal: abort });
  const [id, ...others] = fleet.accountIds as [string, ...string[]];
  const before = await lastSeqs(fleet, [id, ...others]);
  const profile = `${fleet.runtime.dataDir}/sessions/session-${id}`;
  const struckAt = Date.now();
  await fault.strike({ fleet, id, browser: leaderFirst(listUsersOfProfile(profile)) });
  const steps = await stepsToHealth(fleet, id, before.get(id)!, abort);
  const after = await lastSeqs(fleet, others);
  return {
    leftMs: Date.parse(steps[0]!.at) - struckAt,
    backMs: Date.parse(steps.at(-1)!.at) - struckAt,
    othersMoved: others.reduce((sum, other) => sum + after.get(other)! - before.get(other)!, 0),
  };
}

async function stepsToHealth(
  { runtime }: WhatsappFleet,
  id: string,
  after: number,
  abort: AbortSignal,
): Promise<readonly TransitionView[]> {
  const deadline = performance.now() + HEALED_MS_MAX;
  for (;;) {
    const { items } = await runtime.client.accounts.transitions(id, { after, limit: 100 });
    if (items.at(-1)?.to === 'CONNECTED.online') return items;
    if (performance.now() > deadline) throw new Error(`${id} did not heal: ${JSON.stringify(items)}`);
    await delay(LOOK_EVERY_MS, undefined, { signal: abort });
  }
}

async function lastSeqs({ runtime }: WhatsappFleet, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const seqs = new Map<string, number>();
  for (const id of ids) {
    let last = 0;
    for (let items: readonly TransitionView[] = [{ seq: 0 } as TransitionView]; items.length > 0; ) {
      last = items.at(-1)!.seq;
      ({ items } = await runtime.client.accounts.transitions(id, { after: last, limit: 500 }));
    }
    seqs.set(id, last);
  }
  return seqs;
}

function figuresOf({ name, alone, leavesMax, backMax }: Fault, trials: readonly Trial[]): readonly Figure[] {
  const seconds = (field: 'leftMs' | 'backMs'): readonly number[] => trials.map((trial) => trial[field] / 1000);
  const note = `the worst of ${trials.length}`;
  return [
    { name: `${name}: leaves CONNECTED`, value: Math.max(...seconds('leftMs')), unit: 's', note, ...barOf(leavesMax) },
    { name: `  CONNECTED again`, value: Math.max(...seconds('backMs')), unit: 's', note, ...barOf(backMax) },
    { name: `  CONNECTED again`, value: median(seconds('backMs')), unit: 's', note: 'median' },
    ...(alone
      ? [
          {
            name: `  steps of the other accounts`,
            value: trials.reduce((n, { othersMoved }) => n + othersMoved, 0),
            unit: 'count',
            bar: { below: 1 },
          } as const,
        ]
      : []),
  ];
}

const barOf = (below: number | undefined): Pick<Figure, 'bar'> => (below === undefined ? {} : { bar: { below } });

/** One task that blocks the page for longer than any patience. */
async function hang({ fleet, id }: Patient): Promise<void> {
  const { phone } = await fleet.runtime.client.accounts.get(id);
  await fleet.control.do({ number: phone!, deed: 'hang', ms: HANG_MS });
}

function signal(process_: { readonly pid: number } | undefined, name: NodeJS.Signals): void {
  if (!process_) throw new Error('the account has no browser');
  process.kill(process_.pid, name);
}

const isRenderer = (entry: ProcessEntry): boolean => entry.arguments().join(' ').includes('--type=renderer');

function leaderFirst(users: readonly ProcessEntry[]): readonly ProcessEntry[] {
  const leads = (entry: ProcessEntry): boolean => !users.some(({ pid }) => pid === entry.parentPid);
  return [...users.filter(leads), ...users.filter((entry) => !leads(entry))];
}
