import type { MusterClient } from '#libs/client/client';
import { readEvent } from '#libs/contracts/event-data';
import type { StreamFrame } from '#libs/contracts/stream';
import type { TransitionView } from '#libs/contracts/transition';
import { follow, toldOnce } from '../parts/follow.js';

export type Context = Readonly<Record<string, unknown>>;

/** An account's history and how it stands, as they are committed. */
export interface Life {
  /** Newest first, without gaps. */
  readonly steps: readonly TransitionView[];
  /** The `before` that asks for what is older; null: there is nothing, or no more is kept here. */
  readonly olderBefore: number | null;
  /** Null: it has never moved. */
  readonly context: Context | null;
}

/** Steps that are read at a time. */
export const STEPS_READ = 100;
/** A thousand lines are more than anybody reads; an export has all of them. */
export const STEPS_KEPT_MAX = 1_000;

/** Kept by the stream, without asking while nothing happens, until `signal` ends it, or a refusal. */
export function followLife(
  muster: MusterClient,
  id: string,
  tell: (change: (life: Life | null) => Life | null) => void,
  fail: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  const renewed = new Renewed(async () => {
    const context = contextOf((await muster.accounts.snapshot(id)).snapshot);
    tell((life) => life && { ...life, context });
    return context;
  });
  const read = async (): Promise<void> => {
    const { transitions, olderBefore, snapshot } = await muster.accounts.export(id, { limit: STEPS_READ });
    const context = contextOf(snapshot.snapshot);
    tell(() => ({ steps: transitions.toReversed(), olderBefore, context }));
    renewed.expect(context);
  };
  const take = (frame: StreamFrame): void => {
    const told = readEvent(frame);
    if (told?.event !== 'account.changed') return;
    tell((life) => life && withSteps(life, told.data.transitions));
    renewed.renew();
  };
  signal.addEventListener('abort', () => renewed.close());
  return follow(muster, { topics: ['accounts'], accounts: [id], signal }, { read, take, failed: toldOnce(fail) });
}

/** One reading at a time; what changes meanwhile makes one more, not one for each change. */
class Renewed {
  #isReading = false;
  #isOld = false;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly read: () => Promise<Context | null>) {}

  /** This is how it stands; it is read again when that can be true no longer. */
  expect(context: Context | null): void {
    clearTimeout(this.#timer);
    const now = Date.now();
    const at = this.#isClosed ? null : readAgainAt(context, now);
    if (at !== null) this.#timer = setTimeout(() => this.renew(), at - now);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  renew(): void {
    this.#isOld = true;
    if (this.#isReading) return;
    this.#isReading = true;
    void this.#run();
  }

  /** Never rejects: the next change reads again. */
  async #run(): Promise<void> {
    while (this.#isOld) {
      this.#isOld = false;
      await this.read().then(
        (context) => this.expect(context),
        () => undefined,
      );
    }
    this.#isReading = false;
  }
}

/** The next code takes a moment to come. */
const LATE_MS = 1_000;
/** What should have happened and has not, or a clock that differs from the server's, costs a reading in so long. */
const OVERDUE_EVERY_MS = 5_000;

/**
 * When a context is older than what it says, though nothing was told: the stream tells of steps, and no step is made by the
 * next QR code, or by a wait that is lengthened. Null: it has no such time.
 */
export function readAgainAt(context: Context | null, nowMs: number): number | null {
  const held = [fieldOf(context?.['deadline'], 'at'), fieldOf(context?.['pairing'], 'expiresAt')];
  const times = held.filter((at) => typeof at === 'number');
  return times.length === 0 ? null : Math.max(Math.min(...times) + LATE_MS, nowMs + OVERDUE_EVERY_MS);
}

const fieldOf = (held: unknown, name: string): unknown => (held as Readonly<Record<string, unknown>> | null)?.[name];

/** New steps on top; what is known already changes nothing. */
export function withSteps(life: Life, told: readonly TransitionView[]): Life {
  const last = life.steps[0]?.seq ?? 0;
  const fresh = told.filter(({ seq }) => seq > last);
  if (fresh.length === 0) return life;
  const steps = [...fresh.toReversed(), ...life.steps];
  return { ...life, steps: steps.slice(0, STEPS_KEPT_MAX) };
}

/** A page of older ones below. */
export function withOlder(life: Life, older: readonly TransitionView[], olderBefore: number | null): Life {
  const first = life.steps.at(-1)?.seq ?? Infinity;
  const steps = [...life.steps, ...older.toReversed().filter(({ seq }) => seq < first)].slice(0, STEPS_KEPT_MAX);
  return { ...life, steps, olderBefore: steps.length < STEPS_KEPT_MAX ? olderBefore : null };
}

export function contextOf(stored: unknown): Context | null {
  const context = (stored as { readonly context?: unknown } | null)?.context;
  return typeof context === 'object' && context !== null ? (context as Context) : null;
}
