import { type Pool, type PoolClient } from 'pg';
import { type DataSource } from 'typeorm';
import { v5 as uuidV5, v7 as uuidV7 } from 'uuid';
import type { RecordOutcome } from '#libs/contracts/account-manager/rate-limit';
import { HOLD_MS_MAX } from '#libs/contracts/limits/leasing';
import { poolOf } from '../data-source.js';
import { inTransaction } from './transaction.js';
import { USAGE_STATEMENTS, type UsageStatements } from './usage-statements.js';

/** Whose limits count for what is done with an account: its lease of now, or the last one when it is over (`live`). */
export interface Holder {
  readonly leaseId: string | null;
  readonly userId: string | null;
  readonly purpose: string | null;
  readonly serviceName: string | null;
  readonly live: boolean;
  /** By the clock of the database, as are all times that are counted; ms since 1970. */
  readonly nowMs: number;
}
export interface UsageAsk {
  readonly accountId: string;
  readonly actionType: string;
  readonly channel: string | null;
  /** Whose use of the channel with all accounts is told. */
  readonly userId: string | null;
  /** A person who may have refused before. */
  readonly target: string | null;
}
/** How it stands under the lock. Times are milliseconds since 1970. */
export interface LockedUsage {
  readonly nowMs: number;
  readonly leaseId: string | null;
  readonly live: boolean;
  readonly coolingUntilMs: number | null;
  readonly disabled: boolean;
  readonly recent: readonly { readonly atMs: number; readonly inChannel: boolean }[];
  readonly channelTotal: number | null;
  readonly channelAllAccounts: number | null;
  readonly stopped: boolean;
  readonly refused: boolean;
}
/** What the caller of `check` makes of it. */
export interface Judged {
  readonly denied_by: string | null;
}
export interface Hold {
  readonly id: string;
  readonly expiresAt: Date;
}
/** What was done, as its caller tells it. */
export type DoneAsk = Pick<UsageAsk, 'accountId' | 'actionType' | 'channel'>;
export interface Done {
  readonly success: boolean;
  readonly reservationId: string | null;
  /** Under which lease; null: its caller does not say. */
  readonly leaseId: string | null;
}
/** By whom; all null: under no lease, or under one that the account never had. */
export type Party = Pick<Holder, 'leaseId' | 'userId' | 'purpose'>;
export interface Recorded {
  readonly recorded: RecordOutcome;
  readonly hold: string | null;
  readonly party: Party;
  readonly usage: LockedUsage;
}
export interface UsageOfChannel {
  readonly action: string;
  readonly channel: string | null;
  readonly total: number;
  readonly held: number;
  readonly recentAt: readonly number[];
}

export interface ChannelUse {
  readonly accountId: string;
  readonly action: string;
  readonly total: number;
  /** The tenant who asks had a part in it. */
  readonly isMine: boolean;
  /** Of that tenant, with all accounts. */
  readonly allAccounts: number;
  readonly nowMs: number;
}

/** What is done with accounts, counted. A check holds, a record settles. */
export class UsageRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly lookBackMs: number,
    private readonly sql: UsageStatements = USAGE_STATEMENTS,
  ) {}

  /** Null: there is no such account. */
  async holder(accountId: string): Promise<Holder | null> {
    return (await this.#pool.query<Holder>({ ...this.sql.HOLDER, values: [accountId] })).rows[0] ?? null;
  }

  /**
   * Reads under the lock, lets `judge` decide, and holds one unit if it allows, all as one change. `bounded`: the tenant
   * whose bound over all accounts counts for the channel. What comes between the look and the hold is looked at once more,
   * so that the answer says what it is. `hold` is null, too, when the lease ended on the way.
   */
  async check<J extends Judged>(
    ask: UsageAsk,
    bounded: string | null,
    judge: (usage: LockedUsage) => J,
  ): Promise<{ readonly judged: J; readonly hold: Hold | null }> {
    const channel = bounded === null ? null : ask.channel;
    if (channel !== null) await this.#pool.query({ ...this.sql.MAKE_CHANNEL, values: [bounded, channel] });
    const once = () => this.#checkOnce(ask, channel === null ? null : [bounded, channel], judge);
    const first = await once();
    const checked = first instanceof SlotChangedError ? await once() : first;
    if (!(checked instanceof SlotChangedError)) return checked;
    await this.#pool.query(this.#denied(ask, 'lease'));
    return { judged: checked.judged as J, hold: null };
  }

  /**
   * Settles what was held for it, or counts what nobody held, under the lease that is named, or else the last one; answers
   * how it stands then. Null: there is no such account.
   */
  async record(ask: DoneAsk, { success, reservationId, leaseId }: Done): Promise<Recorded | null> {
    return inTransaction(this.#pool, async (client) => {
      await client.query({ ...this.sql.LOCK, values: [ask.accountId] });
      await client.query({ ...this.sql.ASSUME, values: [ask.accountId] });
      const [party] = (await client.query<Party>({ ...this.sql.PARTY, values: [ask.accountId, leaseId] })).rows;
      if (!party) return null;
      const done = [ask.accountId, ask.actionType, ask.channel, success];
      const values = [...done, reservationId, idOfUnheld(ask, reservationId), party.leaseId, leaseId !== null];
      const { rows } = await client.query<Pick<Recorded, 'recorded' | 'hold'>>({ ...this.sql.SETTLE, values });
      const usage = await this.#facts(client, { ...ask, userId: party.userId, target: null });
      return { ...rows[0]!, party, usage };
    });
  }

  /** A look that changes nothing: what counts, by action and channel. */
  async status(accountId: string): Promise<readonly UsageOfChannel[]> {
    const { rows } = await this.#pool.query<UsageOfChannel>({
      ...this.sql.STATUS,
      values: [accountId, this.lookBackMs],
    });
    return rows;
  }

  /** Counts as used what is held too long, or under leases that are over, at most so many; answers how many. */
  async assumeOverdue(atMost: number): Promise<number> {
    const { rows } = await this.#pool.query<{ assumed: number }>({ ...this.sql.ASSUME_OVERDUE, values: [atMost] });
    return rows[0]!.assumed;
  }

  /** What each account has done in a channel, ever. */
  async inChannel(channel: string, userId: string): Promise<readonly ChannelUse[]> {
    return (await this.#pool.query<ChannelUse>({ ...this.sql.IN_CHANNEL, values: [channel, userId] })).rows;
  }

  async #checkOnce<J extends Judged>(
    ask: UsageAsk,
    channel: readonly unknown[] | null,
    judge: (usage: LockedUsage) => J,
  ): Promise<{ readonly judged: J; readonly hold: Hold | null } | SlotChangedError> {
    try {
      return await inTransaction(this.#pool, async (client) => {
        if (channel !== null) await client.query({ ...this.sql.LOCK_CHANNEL, values: [...channel] });
        const usage = await this.#lock(client, ask);
        const judged = judge(usage);
        if (judged.denied_by === null) return { judged, hold: await this.#hold(client, ask, usage, judged) };
        await client.query(this.#denied(ask, judged.denied_by));
        return { judged, hold: null };
      });
    } catch (error) {
      if (error instanceof SlotChangedError) return error;
      throw error;
    }
  }

  async #lock(client: PoolClient, ask: UsageAsk): Promise<LockedUsage> {
    await client.query({ ...this.sql.LOCK, values: [ask.accountId] });
    await client.query({ ...this.sql.ASSUME, values: [ask.accountId] });
    return this.#facts(client, ask);
  }

  async #facts(client: PoolClient, ask: UsageAsk): Promise<LockedUsage> {
    const { accountId, actionType, channel, target, userId } = ask;
    const values = [accountId, actionType, channel, this.lookBackMs, target, userId];
    const { rows } = await client.query<FactsRow>({ ...this.sql.FACTS, values });
    const { recentAt, recentHere, ...facts } = rows[0]!;
    return { ...facts, recent: recentAt.map((atMs, n) => ({ atMs, inChannel: recentHere[n] === true })) };
  }

  /** Throws SlotChangedError, which undoes it, when the lease ended or the account was put to rest meanwhile. */
  async #hold(client: PoolClient, ask: UsageAsk, usage: LockedUsage, judged: Judged): Promise<Hold> {
    const id = uuidV7();
    const { accountId, actionType, channel } = ask;
    const values = [accountId, usage.leaseId, id, actionType, channel, usage.nowMs, HOLD_MS_MAX, detailsOf(ask)];
    const { rows } = await client.query<{ expiresAt: Date; live: boolean }>({ ...this.sql.HOLD, values });
    const [held] = rows;
    if (!held?.live) throw new SlotChangedError(judged);
    return { id, expiresAt: held.expiresAt };
  }

  #denied(ask: UsageAsk, by: string) {
    return { ...this.sql.DENIED, values: [ask.accountId, by, detailsOf(ask)] };
  }

  get #pool(): Pool {
    return poolOf(this.dataSource);
  }
}

/** The slot was no longer what was judged when its unit was to be held. Never leaves this file. */
class SlotChangedError extends Error {
  override readonly name = 'SlotChangedError';

  constructor(readonly judged: Judged) {
    super('the lease ended, or its account was put to rest, while a check waited for it');
  }
}

type FactsRow = Omit<LockedUsage, 'recent'> & {
  readonly recentAt: readonly number[];
  readonly recentHere: readonly boolean[];
};

const detailsOf = ({ actionType, channel, target }: UsageAsk): string =>
  JSON.stringify({ action: actionType, channel, target });

/** The same for the same words on a reservation: what it is not for is counted once, however often that is told. */
const idOfUnheld = ({ accountId, actionType, channel }: DoneAsk, reservationId: string | null): string =>
  reservationId === null ? uuidV7() : uuidV5(JSON.stringify([accountId, actionType, channel]), reservationId);
