import type { ChildRef, ChildSpec, RunningChild } from '#libs/supervisor/child-spec';
import type { Exit, ExitClass } from '#libs/supervisor/exit';
import { createSupervisor } from '#libs/supervisor/live-supervisor';
import type { RestartPolicy } from '#libs/supervisor/restart-policy';
import type { Supervisor, SupervisorOptions } from '#libs/supervisor/supervisor';
import type { SupervisorNote } from '#libs/supervisor/supervisor-note';
import { createVirtualClock, type VirtualClock } from './virtual-clock.js';

/** One life of a child that does what the test says. */
export interface ScriptedLife {
  readonly ref: ChildRef;
  /** Ends it, as if by itself. */
  exit(exitClass: ExitClass, reason?: string): void;
  asks: number;
  kills: number;
}

/** How a child answers being asked to end, or being killed. */
export interface Manners {
  /** Ends when asked, after so many milliseconds; null: does not listen. */
  readonly stopsAfterMs?: number | null;
  /** Ends when killed, after so many milliseconds; null: cannot be killed. */
  readonly diesAfterMs?: number | null;
}

/** A supervisor on a virtual clock, children that follow a script, and all that happened, in order, as lines of text. */
export interface Nursery {
  readonly clock: VirtualClock;
  readonly supervisor: Supervisor;
  readonly notes: SupervisorNote[];
  /** `start a#1`, `ask a#1`, `kill a#1`, `gone a#1`. */
  readonly happened: string[];
  readonly spec: (id: string, more?: Partial<ChildSpec> & Manners) => ChildSpec;
  /** The latest life of this child. */
  readonly life: (id: string) => ScriptedLife;
  /** Ends the latest life of this child and lets that be heard. */
  readonly end: (id: string, exitClass: ExitClass, reason?: string) => Promise<void>;
}

/** The defaults of the product: five crashes in ten minutes; back-off 1, 2, 4 … 60 s; reset after two healthy minutes. */
export const POLICY: RestartPolicy = {
  restartsMax: 5,
  windowMs: 600_000,
  backoffFirstMs: 1_000,
  backoffMsMax: 60_000,
  jitterMax: 0.2,
  resetAfterMs: 120_000,
};

export const NO_JITTER = { next: () => 0 };

export function createNursery(
  options: Partial<SupervisorOptions> = {},
  clock: VirtualClock = createVirtualClock(),
): Nursery {
  const notes: SupervisorNote[] = [];
  const happened: string[] = [];
  const lives = new Map<string, ScriptedLife>();
  const supervisor = createSupervisor({
    id: 'nursery',
    strategy: 'one_for_one',
    policy: POLICY,
    clock,
    dice: NO_JITTER,
    note: (note) => notes.push(note),
    ...options,
  });
  const life = (id: string): ScriptedLife => {
    const found = lives.get(id);
    if (!found) throw new Error(`${id} never started`);
    return found;
  };
  return {
    clock,
    supervisor,
    notes,
    happened,
    life,
    spec: (id, { stopsAfterMs = 0, diesAfterMs = 0, ...more } = {}) => ({
      id,
      restart: 'transient',
      shutdownMs: 5_000,
      killMs: 2_000,
      start: (ref) => startScripted(ref, { stopsAfterMs, diesAfterMs }, { clock, happened, lives }),
      ...more,
    }),
    async end(id, exitClass, reason) {
      life(id).exit(exitClass, reason);
      await clock.settle();
    },
  };
}

interface Script {
  readonly clock: VirtualClock;
  readonly happened: string[];
  readonly lives: Map<string, ScriptedLife>;
}

function startScripted(ref: ChildRef, manners: Manners, { clock, happened, lives }: Script): RunningChild {
  const name = `${ref.id}#${ref.incarnation}`;
  let resolve: (exit: Exit) => void = () => undefined;
  const exited = new Promise<Exit>((settle) => (resolve = settle));
  let over = false;
  const end = (exit: Exit): void => {
    if (!over) happened.push(`gone ${name}`);
    over = true;
    resolve(exit);
  };
  const life: ScriptedLife = {
    ref,
    asks: 0,
    kills: 0,
    exit: (exitClass, reason = exitClass) => end({ reason, class: exitClass }),
  };
  lives.set(ref.id, life);
  happened.push(`start ${name}`);
  return {
    exited,
    stop() {
      life.asks += 1;
      happened.push(`ask ${name}`);
      if (manners.stopsAfterMs === 0) life.exit('normal', 'stopped');
      else if (manners.stopsAfterMs) clock.setTimeout(() => life.exit('normal', 'stopped'), manners.stopsAfterMs);
    },
    kill: () =>
      new Promise((gone) => {
        life.kills += 1;
        happened.push(`kill ${name}`);
        const die = (): void => {
          life.exit('crash', 'close_timeout');
          gone();
        };
        if (manners.diesAfterMs === 0) die();
        else if (manners.diesAfterMs) clock.setTimeout(die, manners.diesAfterMs);
      }),
  };
}
