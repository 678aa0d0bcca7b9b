import type { ChildRef } from './child-spec.js';
import { describeError } from './exit.js';
import type { SupervisorEvent } from './supervisor-note.js';

/** Calls a function that the owner gave. What it throws is noted, and stops neither us nor the others who must hear. */
export function callOwner(
  note: (event: SupervisorEvent) => void,
  ref: ChildRef,
  callback: string,
  call: () => void,
): void {
  try {
    call();
  } catch (error) {
    note({ type: 'callback_failed', ref, callback, detail: describeError(error) });
  }
}
