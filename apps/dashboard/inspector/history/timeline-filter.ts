import { isReasonCode, reasonEntry } from '#libs/contracts/reasons';
import type { TransitionView } from '#libs/contracts/transition';

export interface TimelineFilter {
  readonly text: string;
  /** Empty: any. */
  readonly cause: string;
  readonly failuresOnly: boolean;
}
export const NO_TIMELINE_FILTER: TimelineFilter = { text: '', cause: '', failuresOnly: false };

/** Every word that was typed must be found in the step; `tellCause` is its cause in the reader's language. */
export function filterSteps(
  steps: readonly TransitionView[],
  { text, cause, failuresOnly }: TimelineFilter,
  tellCause: (cause: string) => string,
): readonly TransitionView[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return steps.filter((step) => {
    if (cause !== '' && step.cause !== cause) return false;
    if (failuresOnly && !isFailure(step)) return false;
    const said = [step.event, step.from, step.to, step.cause, step.cause && tellCause(step.cause), `#${step.seq}`];
    const all = said.join(' ').toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** Something went wrong: a crash, an outage, or it waits for a person now. An end that was wished is none. */
export function isFailure({ to, cause }: TransitionView): boolean {
  if (to.startsWith('FAILED')) return true;
  return cause !== null && isReasonCode(cause) && reasonEntry(cause).class !== 'normal';
}

/** Those that there are, in the order of the alphabet. */
export function causesOf(steps: readonly TransitionView[]): readonly string[] {
  return [...new Set(steps.flatMap(({ cause }) => cause ?? []))].sort();
}
