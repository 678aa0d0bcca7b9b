import type { ChildRef } from './child-spec.js';
import type { Exit } from './exit.js';
import type { Verdict } from './restart-policy.js';

export type SupervisorEvent =
  /** `start` is about to be called for this incarnation. */
  | { readonly type: 'started'; readonly ref: ChildRef }
  | { readonly type: 'exited'; readonly ref: ChildRef; readonly exit: Exit; readonly verdict: Verdict }
  /** Its successor is due at `verdict.at`, started by the supervisor, or by the owner if it has an `onDown`. */
  | {
      readonly type: 'restart_scheduled';
      readonly ref: ChildRef;
      readonly exit: Exit;
      readonly verdict: Extract<Verdict, { do: 'restart' }>;
    }
  | {
      readonly type: 'gave_up';
      readonly ref: ChildRef;
      readonly exit: Exit;
      readonly verdict: Extract<Verdict, { do: 'give_up' }>;
    }
  /** Once per incarnation, however often it is asked. */
  | { readonly type: 'stop_asked'; readonly ref: ChildRef }
  | { readonly type: 'killed'; readonly ref: ChildRef }
  /** Neither asking nor force has ended it within its limits, or the kill failed. It may still go, or be killed again. */
  | { readonly type: 'not_gone'; readonly ref: ChildRef; readonly detail: string }
  /** A function the owner gave threw. It harms nobody else, but it is a bug. */
  | { readonly type: 'callback_failed'; readonly ref: ChildRef; readonly callback: string; readonly detail: string };

/** Every start, exit, verdict, stop and kill, as it happens. Plain JSON. */
export type SupervisorNote = SupervisorEvent & {
  /** Id of the supervisor. */
  readonly supervisor: string;
  /** Milliseconds since 1970. */
  readonly at: number;
};
