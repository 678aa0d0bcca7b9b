import type { AccountView } from '#libs/contracts/account';
import type { DemoDoor } from './demo-door.js';
import { answerPanel } from './demo-calls.js';
import { CUSTOMER } from './demo-phones.js';
import { isInTheStory } from './demo-story.js';
import { type StrikeParts, Strikes } from './demo-strikes.js';

/** The panel beside the dashboard, as the demo sees it. */
export interface Panel {
  /** Aborted when a person plays something: the story must not go on then, or the two would break each other’s things. */
  readonly takenOver: AbortSignal;
  /** Phones scan by themselves, but for those that a person sees and can click on; in the story it is the story that scans. */
  readonly scansByItself: (account: AccountView) => boolean;
  storyIsOver(): void;
  /** Lifts what still lasts: nothing is left frozen. */
  close(): Promise<void>;
}

/** An open panel asks each second; a tab that is hidden does not ask, and nobody looks at it. */
const OPEN_FOR_MS = 4_000;

export function openPanel(door: DemoDoor, parts: Omit<StrikeParts, 'customer'>, hasStory: boolean): Panel {
  const taking = new AbortController();
  const strikes = new Strikes({ ...parts, customer: CUSTOMER });
  let story: 'played' | 'over' = hasStory ? 'played' : 'over';
  let lookedAt = -Infinity;
  door.answerBy(
    answerPanel({
      ...parts,
      strikes,
      story: () => story,
      looked: () => void (lookedAt = performance.now()),
      takenOver: () => {
        story = 'over';
        taking.abort();
      },
    }),
  );
  return {
    takenOver: taking.signal,
    scansByItself: ({ label }) =>
      performance.now() - lookedAt > OPEN_FOR_MS || (story === 'played' && isInTheStory(label)),
    storyIsOver: () => void (story = 'over'),
    close: () => strikes.close(),
  };
}
