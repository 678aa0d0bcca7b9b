import type { ChildState } from './child-slot.js';
import type { ChildRef, ChildSpec, Down } from './child-spec.js';
import type { Exit } from './exit.js';
import type { GroupStrategy } from './group-restart.js';
import type { Clock, Dice } from './ports.js';
import type { RestartHistory, RestartKind, RestartPolicy } from './restart-policy.js';
import type { SupervisorNote } from './supervisor-note.js';

/**
 * # Supervisor
 *
 * Keeps children running, after the supervisor of Erlang/OTP. It starts them, hears how each one ends, judges what
 * follows, and stops them so that nothing is left behind. It knows nothing of what they do. It reads no clock and throws
 * no dice of its own. This file is the whole contract; `createSupervisor` (live-supervisor.ts) keeps it. A supervisor is
 * a child of another one by `superviseAsChild` (nested-supervisor.ts).
 *
 * ## Children
 * A child is described by its `ChildSpec` and known by its `id`. Each life of it is an *incarnation*, counted from
 * `lastIncarnation + 1`; a `ChildRef` names one life. A child is
 * - `running`   `start` was called and `exited` has not resolved
 * - `stopping`  it was asked to end, or is being killed; still there
 * - `waiting`   gone; this supervisor's timer starts its successor
 * - `down`      gone, and nothing of ours will start it. What is known of it stays until `forget`
 *
 * `startChild` refuses a `duplicate` while an earlier child of this id is running, stopping or waiting, and leaves that
 * one untouched. It refuses `stopping` once `stop` was called or the supervisor has given up, and while members of a
 * group are between their stop and their start. A `start` that throws is not a refusal: that incarnation has crashed.
 *
 * ## Exits and restarts
 * `judge` (restart-policy.ts) gives the verdict from the exit's class, the restart kind, the policy and the history:
 * - `restart`  with `onDown` the owner waits until `verdict.at` and calls `startChild` again. Without it, we do.
 * - `rest`     it stays down. Resting by itself, a `significant` child takes the whole supervisor with it.
 * - `give_up`  crashes came too fast. With `onDown` this concerns that child alone: its owner shows it and waits for a
 *              person. Without it the supervisor fails: all children are stopped, then `onGiveUp` is called, once.
 *
 * A child without `onDown` that was asked to stop, killed or forgotten through this interface rests, however it ends.
 * With `onDown` the exit's class decides even then, since an owner may ask for a stop in order to start anew.
 * Everything that ends after `stop` was called, or after the supervisor failed, rests.
 *
 * ## Strategies
 * - `one_for_one`  each child for itself, with a history of its own: the crashes of many do not add up to one failure.
 * - `one_for_all`  when one comes back, all come back: the others are stopped in reverse start order, every stop ends
 *                  before the first start, and they start in the order they first had.
 * - `rest_for_one` the same, for the one that comes back and those started after it, which may need it. Those started
 *                  before it keep their life. When one of these fails during such a restart, it is judged anew, and the
 *                  restart widens to it and all after it.
 *
 * Under the last two there is one history, for the group: a failure counts once, however many end because of it. Those
 * at rest stay at rest, temporary ones are not started again. `onDown` is an error here: a member cannot wait for itself.
 *
 * ## Stopping
 * `stopChild` asks, waits `shutdownMs`, kills, and resolves when the child is gone, never earlier. A kill that has not
 * succeeded in `killMs` is noted as `not_gone`; the promise stays open, and `killChild` may try again. `askToStop` only
 * asks: the owner keeps the deadline. All three may be repeated. A reference to an earlier life does nothing: `stopChild`
 * and `killChild` resolve (with null), `askToStop` answers false. Stopping a `waiting` child cancels its restart.
 * `stop` stops all in reverse start order, each gone before the next is asked, or all at once with `stopTogether`; then
 * it resolves. One that was noted `not_gone` holds it up no longer: the owner must be able to end what lies below.
 *
 * ## Who hears what, in which order
 * At an exit: the supervisor's own state, the notes (`exited`, and `restart_scheduled` or `gave_up`), monitors, `onDown`,
 * then `stopChild`'s promise. So monitors and `onDown` may call this interface. A monitor hears exactly one `down`, also
 * when the child was gone before: then soon, never within the call, and `no_such_child` when that life is not the last
 * one known. What a callback throws is noted as `callback_failed` and harms nobody else. `note` itself must not throw,
 * nor call back.
 *
 * ## Cost
 * An exit costs the same with 10,000 children as with one. `children`, `report` and the restart of a group walk over all.
 */
export interface Supervisor {
  startChild(spec: ChildSpec): ChildStarted;
  /** False when this life is over already. */
  askToStop(ref: ChildRef): boolean;
  killChild(ref: ChildRef): Promise<void>;
  /** How it ended; null for a reference to an earlier or unknown life. */
  stopChild(ref: ChildRef): Promise<Exit | null>;
  /**
   * Drops what is known of it; a living one is dropped when it is gone, and is not restarted. Its incarnation number is
   * forgotten, too: a later child of this id must bring its `lastIncarnation`, or old references would fit it.
   */
  forget(id: string): void;
  /** The present life, or the last one while its successor is due; null when nothing is there or to come. */
  find(id: string): ChildRef | null;
  /** Is this very life still there (running or stopping)? Whoever holds a message for another one must refuse it. */
  isCurrent(ref: ChildRef): boolean;
  /** Gives back its own end: after that call, the listener hears nothing. */
  monitor(ref: ChildRef, listener: (down: Down) => void): () => void;
  /** In start order. `incarnation` is that of the present life, else of the last. */
  children(): readonly ChildView[];
  /** How it is at this moment, for people to look at. Those who are well are only counted; of the others so many are named. */
  report(shakenMax?: number): SupervisorReport;
  /** For good. Repeated, it gives the same promise; it never rejects. */
  stop(): Promise<void>;
}

export type ChildStarted =
  | { readonly ok: true; readonly ref: ChildRef }
  | { readonly ok: false; readonly why: 'duplicate' | 'stopping' };

export interface ChildView extends ChildRef {
  readonly state: ChildState;
}

export interface SupervisorReport {
  readonly id: string;
  readonly strategy: Strategy;
  readonly policy: RestartPolicy;
  readonly counts: Readonly<Record<ChildState, number>>;
  /** Crashes that count now: of the group, or, under one_for_one, of the child that has most. */
  readonly crashes: number;
  /** Children that are waiting, have given up, or have crashes that count now, in start order. */
  readonly shaken: readonly ChildReport[];
}

export interface ChildReport extends ChildView {
  readonly restart: RestartKind;
  /** When its present or last life began, milliseconds since 1970. */
  readonly startedAt: number;
  /** Its own under one_for_one, else those of the group. */
  readonly crashes: number;
  /** How its last life ended, and what was to follow; null: it never went down. */
  readonly lastDown: Down | null;
}

export type Strategy = 'one_for_one' | GroupStrategy;

export interface SupervisorOptions {
  readonly id: string;
  readonly strategy: Strategy;
  readonly policy: RestartPolicy;
  readonly clock: Clock;
  readonly dice: Dice;
  /** `stop` asks all at once: thousands of children, none of which needs another to end. Default: one after the other. */
  readonly stopTogether?: boolean;
  /** History of a group, kept by its owner over restarts of the process. */
  readonly history?: RestartHistory;
  note(note: SupervisorNote): void;
  /** The supervisor has failed by this exit; all its children are gone. Called once. */
  onGiveUp?(down: Down): void;
  /** A significant child came to rest; all the others are gone. Called once. */
  onSignificantExit?(down: Down): void;
}
