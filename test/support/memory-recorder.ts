import type { CommittedState } from '#libs/contracts/events';
import { type AccountEntry, type OwnedAccount, type Recorder, StaleEpochError } from '#src/supervision/ports';

/** Commits to memory, in the order of the calls; can be held back, as a store that is away holds back. */
export class MemoryRecorder implements Recorder {
  readonly entries: AccountEntry[] = [];
  readonly states = new Map<string, CommittedState>();
  /** Accounts that another owner has taken. */
  readonly taken = new Set<string>();
  private held: Promise<void> | null = null;
  private letGo: () => void = () => undefined;

  async record(entry: AccountEntry): Promise<void> {
    await this.held;
    if (this.taken.has(entry.accountId)) throw new StaleEpochError(entry.accountId);
    this.entries.push(JSON.parse(JSON.stringify(entry)) as AccountEntry);
    this.states.set(entry.accountId, entry.state);
  }

  accepting = (): boolean => this.held === null;

  prime(accountId: string, state: CommittedState): void {
    this.states.set(accountId, state);
  }

  forget(accountId: string): void {
    this.states.delete(accountId);
  }

  /** Nothing is committed until `release`. */
  hold(): void {
    this.held ??= new Promise((resolve) => (this.letGo = resolve));
  }

  release(): void {
    this.letGo();
    this.held = null;
  }

  /** As the next life of the runtime finds it: under the next epoch. */
  owned(accountId: string, settings: OwnedAccount['settings']): OwnedAccount {
    const own = this.entries.filter((entry) => entry.accountId === accountId);
    const last = own.at(-1);
    const seqs = own.flatMap(({ transitions }) => transitions.map(({ seq }) => seq));
    return {
      accountId,
      provider: 'simulated',
      settings,
      epoch: (last?.epoch ?? 0) + 1,
      snapshot: last?.snapshot ?? null,
      transitionSeq: Math.max(0, ...seqs),
      enteredAt: last?.enteredAt ?? 0,
      outboxEmpty: false,
    };
  }

  /** The committed steps of an account: `event → state`, oldest first. */
  history(accountId: string): readonly string[] {
    return this.entries
      .filter((entry) => entry.accountId === accountId)
      .flatMap(({ transitions }) => transitions.map(({ event, to }) => `${event} → ${to}`));
  }
}
