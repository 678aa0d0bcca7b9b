import { type DataSource, LessThan, MoreThan } from 'typeorm';
import type { AccountExport } from '#libs/contracts/account-export';
import { type TransitionView } from '#libs/contracts/transition';
import { SnapshotEntity } from './snapshot.entity.js';
import { readSnapshot } from './snapshot.repository.js';
import { TransitionEntity } from './transition.entity.js';

/** The history of accounts. It is written by the snapshot repository, in the same commit as the snapshots. */
export class TransitionRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Steps with a greater seq than `after`, oldest first, at most `limit`. */
  async list(accountId: string, after: number, limit: number): Promise<readonly TransitionView[]> {
    const rows = await this.dataSource
      .getRepository(TransitionEntity)
      .find({ where: { accountId, seq: MoreThan(after) }, order: { seq: 'ASC' }, take: limit });
    return rows.map(viewOf);
  }

  /**
   * The newest steps with a smaller seq than `before`, oldest first, with what a replay needs, and the snapshot of the same
   * moment: a step that is committed meanwhile is in both or in neither.
   */
  record(accountId: string, before: number | null, limit: number): Promise<AccountRecord> {
    return this.dataSource.transaction('REPEATABLE READ', async (store) => {
      const rows = await store.getRepository(TransitionEntity).find({
        where: { accountId, ...(before !== null && { seq: LessThan(before) }) },
        select: { ...EVERY_COLUMN, input: true },
        order: { seq: 'DESC' },
        take: limit,
      });
      const end = await store.getRepository(SnapshotEntity).findOne({
        where: { accountId },
        select: { accountId: true, transitionSeq: true, epoch: true, writtenAt: true, snapshot: true },
      });
      return { steps: rows.reverse().map(recordOf), end: end && endOf(end) };
    });
  }
}

interface AccountRecord {
  readonly steps: AccountExport['transitions'];
  readonly end: {
    readonly seq: number;
    readonly epoch: number;
    readonly writtenAt: string;
    readonly snapshot: unknown;
  } | null;
}

const EVERY_COLUMN = {
  accountId: true,
  seq: true,
  at: true,
  from: true,
  to: true,
  event: true,
  cause: true,
  incarnation: true,
  epoch: true,
  heldMs: true,
} as const;

type RecordView = AccountExport['transitions'][number];

const recordOf = (row: TransitionEntity): RecordView => ({
  ...viewOf(row),
  input: row.input === null ? null : (JSON.parse(row.input) as RecordView['input']),
});

const endOf = ({ transitionSeq, epoch, writtenAt, snapshot }: SnapshotEntity): NonNullable<AccountRecord['end']> => ({
  seq: transitionSeq,
  epoch: Number(epoch),
  writtenAt: writtenAt.toISOString(),
  snapshot: readSnapshot(snapshot),
});

const viewOf = (row: TransitionEntity): TransitionView => ({
  seq: row.seq,
  at: row.at.toISOString(),
  from: row.from,
  to: row.to,
  event: row.event,
  cause: row.cause,
  incarnation: row.incarnation,
  epoch: Number(row.epoch),
  heldMs: Number(row.heldMs),
});
