import { type DataSource } from 'typeorm';
import { type AccountEntry } from '#src/supervision/ports';
import { poolOf } from './data-source.js';
import { SnapshotEntity } from './snapshot.entity.js';
import { SNAPSHOT_WRITE, snapshotWriteValues } from './snapshot-write.js';

export interface StoredSnapshot {
  readonly epoch: number;
  /** ISO 8601, by the database's clock. */
  readonly writtenAt: string;
  /** As it was given to `write`. */
  readonly snapshot: unknown;
}

export class SnapshotRepository {
  #lastOrder = 0;

  constructor(private readonly dataSource: DataSource) {}

  async find(accountId: string): Promise<StoredSnapshot | null> {
    const row = await this.dataSource
      .getRepository(SnapshotEntity)
      .findOne({ where: { accountId }, select: { epoch: true, writtenAt: true, snapshot: true } });
    if (row === null) return null;
    return {
      epoch: Number(row.epoch),
      writtenAt: row.writtenAt.toISOString(),
      snapshot: readSnapshot(row.snapshot),
    };
  }

  /**
   * Commits the entries together; the entries of one account must carry one epoch. Answers the accounts that are owned under another epoch:
   * nothing was written for these. Rejects when the store is away; then it is unknown what was written, and the same
   * call may be made again.
   */
  async write(entries: readonly AccountEntry[]): Promise<ReadonlySet<string>> {
    const values = snapshotWriteValues(entries, this.#nextOrder());
    const { rows } = await poolOf(this.dataSource).query<{ accountId: string; written: boolean }>({
      ...SNAPSHOT_WRITE,
      values,
    });
    const overtaken = rows.find(({ written }) => !written);
    if (overtaken) throw new Error(`a later write of account ${overtaken.accountId} is there already`);
    const owned = new Set(rows.map(({ accountId }) => accountId));
    return new Set(entries.map(({ accountId }) => accountId).filter((accountId) => !owned.has(accountId)));
  }

  /** Greater each time, over restarts, too: a new process starts from the clock, not from zero. Microseconds. */
  #nextOrder(): number {
    return (this.#lastOrder = Math.max(this.#lastOrder + 1, Date.now() * 1_000));
  }
}

/** A text that is no JSON is handed on as it is: its reader can't make a machine of it either, and says so for that account alone. */
export function readSnapshot(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
