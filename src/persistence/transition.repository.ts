import { type DataSource, MoreThan } from 'typeorm';
import { type TransitionView } from '#libs/contracts/transition';
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
}

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
