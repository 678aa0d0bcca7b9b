import type { StoredStep } from '../store-tables.js';
import { nameOf, type Story } from '../story.js';

/** A disturbance takes its time to arrive: by the wire, and through a commit that is under way. */
const ARRIVAL_MS_MAX = 5_000;

export interface Peace {
  /** When something last disturbed this account; Infinity: something does. */
  readonly account: (accountId: string) => number;
  /** When something last disturbed all of them: a start of the runtime, the store. */
  readonly all: () => number;
}

/** I9: an account whose own nothing has touched since it came to where it is goes on undisturbed, whatever happens to others. */
export class IsolationWatch {
  constructor(
    private readonly story: Story,
    private readonly peace: Peace,
  ) {}

  onStep(accountId: string, { from, to, at, heldMs, event, cause }: StoredStep): void {
    if (from === null || from === to || !IN_PEACE.includes(from)) return;
    const enteredAt = at - heldMs;
    if (Math.max(this.peace.account(accountId), this.peace.all()) >= enteredAt - ARRIVAL_MS_MAX) return;
    this.story.accuse(
      'I9',
      `${nameOf(accountId)} leaves ${from} by ${event}${cause ? `: ${cause}` : ''}, and nothing happened to it`,
    );
  }
}

/** States that nothing but a person or a fault ends. */
const IN_PEACE: readonly string[] = ['CONNECTED.online', 'DISCONNECTED.idle', 'FAILED.idle'];
