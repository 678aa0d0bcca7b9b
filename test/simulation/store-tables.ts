import type { StoredAccount } from '#libs/account/account.snapshot';
import type { CommittedState } from '#libs/contracts/events';
import { type AccountEntry, type OwnedAccount, StaleEpochError, type TransitionEntry } from '#src/supervision/ports';
import { InboxTable } from '#test/support/inbox-table';
import { LogTable } from './log-table.js';
import { MessageTable } from './message-table.js';

export type StoredStep = TransitionEntry & { readonly epoch: number };

interface SnapshotRow {
  readonly epoch: number;
  readonly order: number;
  readonly snapshot: StoredAccount;
  readonly state: CommittedState;
  readonly enteredAt: number;
  readonly transitionSeq: number;
}

export interface AccountRow {
  readonly id: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  epoch: number;
  kept: SnapshotRow | null;
  /** By `seq`, counted from 1. */
  readonly history: Map<number, StoredStep>;
}

/** Hears of each step when it is committed, of the snapshot that goes with it, and of each write that contradicts one. */
export interface TableWatch {
  onStep(accountId: string, step: StoredStep): void;
  onKept(row: AccountRow): void;
  onContradiction(invariant: 'I10' | 'I12', text: string): void;
}

/**
 * What Postgres keeps, with the rules of src/persistence: all of one call or nothing, under the right epoch only, safe to
 * repeat, and a straggler never undoes what came later. Nothing here takes time or fails; that is the link's part.
 */
export class StoreTables {
  readonly accounts = new Map<string, AccountRow>();
  readonly messages: MessageTable;
  readonly inbox: InboxTable;
  readonly log = new LogTable();
  staleWrites = 0;

  constructor(private readonly watch: TableWatch) {
    this.messages = new MessageTable(
      (accountId, epoch) => this.check(accountId, epoch),
      (message) => this.log.add({ name: 'message', accountId: message.accountId, message }),
    );
    this.inbox = new InboxTable(this.messages, (accountId, epoch) => this.check(accountId, epoch));
  }

  create(id: string, settings: AccountRow['settings'], at: number): void {
    this.accounts.set(id, { id, settings, createdAt: at, epoch: 0, kept: null, history: new Map() });
  }

  account(id: string): AccountRow {
    return this.accounts.get(id)!;
  }

  /** Takes every account under the next epoch. Those that have been in their state longest come first. */
  ownAll(): readonly OwnedAccount[] {
    return [...this.accounts.values()]
      .map((row) => {
        row.epoch += 1;
        return ownedOf(row, this.messages.pending(row.id, 1).length === 0);
      })
      .sort((a, b) => a.enteredAt - b.enteredAt);
  }

  /** Another node takes it. */
  takeOver(id: string): void {
    this.account(id).epoch += 1;
  }

  /** As SnapshotRepository.write: answers those owned under another epoch. */
  write(entries: readonly AccountEntry[], order: number): ReadonlySet<string> {
    const stale = new Set(entries.filter((it) => this.isStale(it.accountId, it.epoch)).map((it) => it.accountId));
    this.staleWrites += stale.size;
    const overtaken: string[] = [];
    for (const [accountId, own] of groupByAccount(entries)) {
      if (stale.has(accountId)) continue;
      const row = this.account(accountId);
      const steps = own.flatMap(({ transitions, epoch }) => transitions.map((step) => ({ ...step, epoch })));
      const added = steps.filter((step) => this.append(row, step));
      if (added.length > 0) this.log.add({ name: 'account.changed', accountId, steps: added });
      if (keep(row, own.at(-1)!, order)) this.watch.onKept(row);
      else overtaken.push(accountId);
    }
    if (overtaken.length > 0) throw new Error(`a later write of ${overtaken.join(', ')} is there already`);
    return stale;
  }

  /** False: it is there already. */
  private append(row: AccountRow, step: StoredStep): boolean {
    if (step.epoch !== row.epoch)
      this.watch.onContradiction(
        'I10',
        `step ${step.seq} of ${row.id} is written under epoch ${step.epoch}, not ${row.epoch}`,
      );
    const there = row.history.get(step.seq);
    if (!there) {
      if (step.seq !== row.history.size + 1)
        this.watch.onContradiction('I12', `step ${step.seq} of ${row.id} leaves a gap after ${row.history.size}`);
      row.history.set(step.seq, step);
      this.watch.onStep(row.id, step);
    } else if (JSON.stringify(there) !== JSON.stringify(step)) {
      this.watch.onContradiction(
        'I12',
        `step ${step.seq} of ${row.id} was ${there.to}, and is written again as ${step.to}`,
      );
    }
    return !there;
  }

  private isStale(accountId: string, epoch: number): boolean {
    return this.account(accountId).epoch !== epoch;
  }

  private check(accountId: string, epoch: number): void {
    if (this.isStale(accountId, epoch)) {
      this.staleWrites += 1;
      throw new StaleEpochError(accountId);
    }
    const current = this.account(accountId).epoch;
    if (epoch !== current)
      this.watch.onContradiction('I10', `a message of ${accountId} is written under epoch ${epoch}, not ${current}`);
  }
}

function keep(row: AccountRow, entry: AccountEntry, order: number): boolean {
  const { kept } = row;
  if (kept && (kept.epoch > entry.epoch || (kept.epoch === entry.epoch && kept.order >= order))) return false;
  row.kept = {
    epoch: entry.epoch,
    order,
    snapshot: entry.snapshot as StoredAccount, // nothing changes it; whoever reads it gets a copy
    state: entry.state,
    enteredAt: entry.enteredAt,
    transitionSeq: Math.max(kept?.transitionSeq ?? 0, row.history.size),
  };
  return true;
}

function ownedOf(row: AccountRow, outboxEmpty: boolean): OwnedAccount {
  return {
    accountId: row.id,
    provider: 'simulated',
    settings: row.settings,
    epoch: row.epoch,
    snapshot: row.kept && (JSON.parse(JSON.stringify(row.kept.snapshot)) as unknown),
    transitionSeq: row.kept?.transitionSeq ?? 0,
    enteredAt: row.kept?.enteredAt ?? row.createdAt,
    outboxEmpty,
  };
}

function groupByAccount(entries: readonly AccountEntry[]): ReadonlyMap<string, readonly AccountEntry[]> {
  const groups = new Map<string, AccountEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.accountId);
    if (group) group.push(entry);
    else groups.set(entry.accountId, [entry]);
  }
  return groups;
}
