import type { MusterEvent } from '#libs/contracts/events';
import { nameOf, type Story } from '../story.js';
import type { StoredStep, StoreTables } from '../store-tables.js';

interface Counts {
  readonly restarts: number;
  readonly crashes: number;
}

/** A browser that is replaced: nothing was under way, and it counts as nothing. */
export class RecycleWatch {
  private readonly counts = new Map<string, Counts>();
  recycled = 0;

  constructor(private readonly story: Story) {}

  onStep(accountId: string, { event }: StoredStep, isSending: boolean): void {
    if (event !== 'account.recycle') return;
    this.recycled += 1;
    if (isSending) this.story.accuse('recycle', `${nameOf(accountId)} is replaced while a message is under way`);
  }

  onChanged({ accountId, state, transitions }: Changed, tables: StoreTables): void {
    const crashes = tables.account(accountId).kept?.snapshot.context.crashes.crashedAt.length ?? 0;
    const before = this.counts.get(accountId);
    const now = { restarts: state.restarts.count, crashes };
    this.counts.set(accountId, now);
    const [step, ...more] = transitions;
    if (!before || !step || more.length > 0 || step.event !== 'session.down' || step.cause !== 'recycled') return;
    if (step.to !== 'CONNECTING.queued' || now.restarts > before.restarts || now.crashes > before.crashes)
      this.story.accuse('recycle', `${nameOf(accountId)}: a replaced browser counts as a crash or a restart`);
  }
}

type Changed = Extract<MusterEvent, { event: 'account.changed' }>;
