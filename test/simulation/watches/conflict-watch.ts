import { BACKOFF_RESET_AFTER_MS, CONFLICT_WAIT_MS } from '#libs/contracts/limits/sessions';
import { nameOf, type Story } from '../story.js';
import type { StoredStep } from '../store-tables.js';

interface Conflicts {
  /** Since a person, or a connection that held, made them forgotten. */
  ends: number;
  /** No session before. */
  waitUntil: number;
  connectedAt: number | null;
}

/** An account that was opened in another place: a pause, one session more, and no third, whoever dies in between. */
export class ConflictWatch {
  private readonly accounts = new Map<string, Conflicts>();

  constructor(private readonly story: Story) {}

  onStep(accountId: string, step: StoredStep): void {
    const conflicts = this.of(accountId);
    if (step.event === 'account.connect' || step.event === 'account.restart') forget(conflicts);
    this.noteConnection(conflicts, step);
    const isNew =
      step.event === 'driver.broken' || (step.event === 'session.down' && !/closing$/.test(step.from ?? ''));
    if (step.cause !== 'conflict' || !isNew) return;
    conflicts.ends += 1;
    conflicts.waitUntil = step.at + CONFLICT_WAIT_MS;
    const isFinal = step.to.startsWith('FAILED');
    if (conflicts.ends === 1 && isFinal) this.accuse(accountId, 'had no second try after a conflict');
    if (conflicts.ends > 1 && !isFinal) this.accuse(accountId, `gets try ${conflicts.ends + 1} in a war over it`);
  }

  onOpen(accountId: string, at: number): void {
    if (at < this.of(accountId).waitUntil) this.accuse(accountId, 'is opened without a pause after a conflict');
  }

  private noteConnection(conflicts: Conflicts, { from, to, at, event }: StoredStep): void {
    const wasUp = from?.startsWith('CONNECTED') ?? false;
    const isUp = to.startsWith('CONNECTED');
    if (!wasUp && isUp) conflicts.connectedAt = at;
    if (!wasUp || isUp) return;
    // A process that was gone can't tell how long it had held.
    const held = event !== 'account.restore' && at - (conflicts.connectedAt ?? at) >= BACKOFF_RESET_AFTER_MS;
    if (held) forget(conflicts);
    conflicts.connectedAt = null;
  }

  private of(accountId: string): Conflicts {
    const conflicts = this.accounts.get(accountId) ?? { ends: 0, waitUntil: 0, connectedAt: null };
    this.accounts.set(accountId, conflicts);
    return conflicts;
  }

  private accuse(accountId: string, text: string): void {
    this.story.accuse('conflict', `${nameOf(accountId)} ${text}`);
  }
}

const forget = (conflicts: Conflicts): void => void Object.assign(conflicts, { ends: 0, waitUntil: 0 });
