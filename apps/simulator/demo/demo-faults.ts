import type { MusterClient } from '#libs/client/client';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { ControlRefusal, type SimulatorControl } from '../control/control-client.js';
import type { DeedOrder } from '../faults/deed-words.js';
import { type FaultOrder, slowStages } from '../faults/fault-words.js';
import { browserOf, databaseOf, engineHostOf, signalTo, type Whereabouts } from './demo-processes.js';
import type { DemoFault } from './demo-words.js';

/** A connected account, and the number of its phone. */
export interface Target {
  readonly id: string;
  readonly label: string;
  readonly number: string;
}

export interface FaultGround extends Whereabouts {
  readonly client: MusterClient;
  readonly control: SimulatorControl;
  /** Somebody who is no account of Muster's. */
  readonly customer: string;
}

/** What lasts until it is lifted, which it is at the latest when the demo ends. */
export interface Hold {
  readonly ms: number;
  readonly lift: () => Promise<void>;
}

export interface Hit {
  /** Whom it struck; empty when there was nothing to strike. */
  readonly struck: readonly Target[];
  readonly holds: readonly Hold[];
}

/** `chosen`: those it is meant for; `all`: all that are connected. */
export type Play = (chosen: readonly Target[], all: readonly Target[], ground: FaultGround) => Promise<Hit>;

/** What is frozen is replaced within half a minute; whatever is still there by then goes on as it was. */
const FROZEN_MS_MAX = 60_000;
/** Longer than Muster waits for an answer twice. */
const HUNG_MS = 60_000;
/** Below the time after which Muster would give the browser up: so one sees it wait. */
const CUT_MS = 20_000;
const SLOW_MS = 60_000;
const SLOWER_BY_MS = 4_000;
/** It strikes at once; what is left of it must not meet a later login. */
const STATE_MS_MAX = 60_000;
/** As long as Muster asks again for what was not answered. */
const UNANSWERED_MS_MAX = 90_000;

/** How each is played: at processes by pid and start time, at pages and phones through the stand-in. */
export const PLAYS: Readonly<Record<DemoFault, Play>> = {
  kill_browser: each(async ({ id }, ground) => kill(browserOf(id, ground))),
  freeze_browser: each(async ({ id }, ground) => freeze(browserOf(id, ground))),
  kill_engine_host: eachHost(kill),
  freeze_engine_host: eachHost(freeze),
  kill_database: async (_, all, ground) => ({ struck: kill(databaseOf(ground)) ? all : [], holds: [] }),
  crash_page: each(({ number }, { control }) => deed(control, { deed: 'crash', number })),
  hang_page: each(({ number }, { control }) => deed(control, { deed: 'hang', ms: HUNG_MS, number })),
  reload_page: each(({ number }, { control }) => deed(control, { deed: 'reload', number })),
  cut_network: each(({ number }, { control }) => fault(control, CUT_MS, { name: 'network_cut', number })),
  slow_network: each(async (target, ground) => {
    const orders = slowStages.map(
      (stage): FaultOrder => ({ name: 'slow', stage, ms: SLOWER_BY_MS, number: target.number }),
    );
    const holds = await fault(ground.control, SLOW_MS, ...orders);
    await writeToCustomer(target, 'The line is slow, but this arrives.', ground);
    return holds;
  }),
  lose_answer: each(async (target, ground) => {
    const { number } = target;
    const holds = await fault(ground.control, UNANSWERED_MS_MAX, { name: 'unanswered_sends', number, times: 1 });
    await writeToCustomer(target, 'Nobody confirms that this was sent.', ground);
    return holds;
  }),
  refuse_message: each(async (target, ground) => {
    const { number } = target;
    const holds = await fault(ground.control, STATE_MS_MAX, { name: 'refuse_sends', number, times: 1 });
    await writeToCustomer(target, 'The servers will not take this.', ground);
    return holds;
  }),
  log_out: each(async ({ number }, { control }) => {
    await control.logout({ number });
    return [];
  }),
  open_elsewhere: each(({ number }, { control }) =>
    fault(control, STATE_MS_MAX, { name: 'state', state: 'CONFLICT', number, times: 1 }),
  ),
  ban: each(({ number }, { control }) =>
    fault(control, STATE_MS_MAX, { name: 'state', state: 'PROXYBLOCK', number, times: 1 }),
  ),
};

/** Null: there was nothing to strike. */
type Strike = (target: Target, ground: FaultGround) => Promise<readonly Hold[] | null>;

function each(strike: Strike): Play {
  return async (chosen, _, ground) => {
    const hits = await Promise.all(
      chosen.map(async (target) => ({ target, holds: await tried(strike, target, ground) })),
    );
    return {
      struck: hits.filter(({ holds }) => holds !== null).map(({ target }) => target),
      holds: hits.flatMap(({ holds }) => holds ?? []),
    };
  };
}

/** The stand-in says no when there is no page any more: something else was faster. */
function tried(strike: Strike, target: Target, ground: FaultGround): Promise<readonly Hold[] | null> {
  return strike(target, ground).catch((error: unknown) => {
    if (error instanceof ControlRefusal) return null;
    throw error;
  });
}

/** With a host all fall that are in it, whoever was meant. */
function eachHost(strike: (host: ProcessEntry | undefined) => readonly Hold[] | null): Play {
  return async (chosen, all, ground) => {
    const housed = all.map((target) => {
      const browser = browserOf(target.id, ground);
      return { target, host: browser && engineHostOf(browser, ground) };
    });
    const meant = housed.filter(({ target }) => chosen.some(({ id }) => id === target.id));
    const hosts = new Map(meant.flatMap(({ host }) => (host ? [[host.pid, host] as const] : [])));
    const hits = [...hosts.values()]
      .map((host) => ({ host, holds: strike(host) }))
      .filter(({ holds }) => holds !== null);
    return {
      struck: housed.filter(({ host }) => hits.some((hit) => hit.host.pid === host?.pid)).map(({ target }) => target),
      holds: hits.flatMap(({ holds }) => holds ?? []),
    };
  };
}

function kill(victim: ProcessEntry | undefined): readonly Hold[] | null {
  return victim && signalTo(victim, 'SIGKILL') ? [] : null;
}

function freeze(victim: ProcessEntry | undefined): readonly Hold[] | null {
  if (!victim || !signalTo(victim, 'SIGSTOP')) return null;
  return [{ ms: FROZEN_MS_MAX, lift: async () => void signalTo(victim, 'SIGCONT') }];
}

async function deed(control: SimulatorControl, order: DeedOrder): Promise<readonly Hold[]> {
  await control.do(order);
  return [];
}

async function fault(
  control: SimulatorControl,
  ms: number,
  ...orders: readonly FaultOrder[]
): Promise<readonly Hold[]> {
  const set = await Promise.all(orders.map((order) => control.setFault(order)));
  return set.map(({ id }) => ({ ms, lift: () => control.removeFault(id) }));
}

/** So that there is something to see. */
async function writeToCustomer({ id }: Target, text: string, { client, customer }: FaultGround): Promise<void> {
  await client.messages.send(id, { to: customer, text });
}

/** For the terminal. */
export const TOLD: Readonly<Record<DemoFault, (whose: string) => string>> = {
  kill_browser: (whose) => `kills the browser of ${whose} (SIGKILL)`,
  freeze_browser: (whose) => `freezes the browser of ${whose} (SIGSTOP)`,
  kill_engine_host: (whose) => `kills the engine host of ${whose} (SIGKILL)`,
  freeze_engine_host: (whose) => `freezes the engine host of ${whose} (SIGSTOP)`,
  kill_database: () => 'kills the database (SIGKILL)',
  crash_page: (whose) => `crashes the page of ${whose}`,
  hang_page: (whose) => `hangs the page of ${whose}`,
  reload_page: (whose) => `reloads the page of ${whose}`,
  cut_network: (whose) => `cuts the network of ${whose} for ${CUT_MS / 1_000} s`,
  slow_network: (whose) => `slows the network of ${whose} for ${SLOW_MS / 1_000} s`,
  lose_answer: (whose) => `loses the answer to the next message of ${whose}`,
  refuse_message: (whose) => `refuses the next message of ${whose}`,
  log_out: (whose) => `logs ${whose} out on the phone`,
  open_elsewhere: (whose) => `opens ${whose} in another place`,
  ban: (whose) => `bans ${whose}`,
};
