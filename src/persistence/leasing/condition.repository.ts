import { type Pool, type PoolClient } from 'pg';
import { type DataSource } from 'typeorm';
import type { LeaseEnd } from '#libs/contracts/account-manager/lease';
import { poolOf } from '../data-source.js';
import { CONDITION_STATEMENTS, type ConditionStatements } from './condition-statements.js';
import { END } from './lease-statements.js';
import { inTransaction } from './transaction.js';

/** What is known of an account when an error comes. Times are milliseconds since 1970. */
export interface Condition {
  readonly nowMs: number;
  /** The lease under which it happened, and all that is said of it; null: nobody knows. */
  readonly leaseId: string | null;
  readonly fence: string | null;
  readonly userId: string | null;
  readonly serviceName: string | null;
  readonly purpose: string | null;
  readonly targetChannelId: string | null;
  /** The lease that was named, or offered, is the account’s now; null: none was named. */
  readonly isOfNow: boolean | null;
  readonly floods: number;
  readonly floodAtMs: number | null;
  readonly faults: number;
  readonly score: number;
  readonly scoreAtMs: number;
  readonly coolingUntilMs: number | null;
  readonly coolingCause: string | null;
}
/** Where it happened, as far as it was said. */
export interface ErrorOrigin {
  readonly leaseId: string | null;
  readonly serviceName: string | null;
}
/** What is made of it. */
export interface ConditionChange {
  readonly class: string;
  /** What was decided, for the ledger. */
  readonly decision: string;
  readonly details: object;
  readonly saidBy: string | null;
  readonly restMs: number;
  readonly floods: number;
  readonly floodAtMs: number | null;
  readonly faults: number;
  readonly score: number;
  readonly loginDead: boolean;
  readonly disabled: boolean;
  readonly endsLease: LeaseEnd | null;
  readonly stops: { readonly userId: string; readonly purpose: string; readonly channel: string } | null;
  readonly refusal: { readonly userId: string; readonly target: string } | null;
}
export interface AccountCondition {
  readonly accountId: string;
  readonly label: string;
  readonly status: string;
  /** Null: it is not leased; so with the next. */
  readonly leasedUntil: Date | null;
  readonly serviceName: string | null;
  readonly coolingUntil: Date | null;
  readonly coolingCause: string | null;
  readonly disabledAt: Date | null;
  readonly loginDead: boolean;
  /** As it stood at `scoreAtMs`; it heals with time. */
  readonly score: number;
  readonly scoreAtMs: number;
  readonly nowMs: number;
}
export interface ConditionCounts {
  readonly total: number;
  readonly healthy: number;
  readonly leased: number;
  readonly cooling: number;
  readonly disabled: number;
}
export interface Rest {
  readonly accountId: string;
  readonly cause: string | null;
  readonly until: Date;
  readonly cooling: boolean;
  readonly now: Date;
}

/** How accounts are, beside their status. */
export class ConditionRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sql: ConditionStatements = CONDITION_STATEMENTS,
  ) {}

  /** Reads it under the row's lock, lets `judge` decide, and writes all that follows as one change. Null: no such account. */
  async change<C extends ConditionChange>(
    accountId: string,
    { leaseId, serviceName }: ErrorOrigin,
    judge: (condition: Condition) => C,
  ): Promise<{ readonly change: C; readonly condition: Condition; readonly coolingUntil: Date | null } | null> {
    return inTransaction(this.#pool, async (client) => {
      await client.query({ ...this.sql.LOCK_SLOT, values: [accountId] });
      const { rows } = await client.query<Condition>({
        ...this.sql.CONDITION,
        values: [accountId, leaseId, serviceName],
      });
      const [condition] = rows;
      if (!condition) return null;
      const change = judge(condition);
      return { change, condition, coolingUntil: await this.#write(client, accountId, condition, change) };
    });
  }

  /** It answered after its rest. */
  async probed(accountId: string): Promise<void> {
    await this.#pool.query({ ...this.sql.PROBED, values: [accountId] });
  }

  /** Its owner says that it may go on. False: nothing was stopped. */
  async liftStop(userId: string, purpose: string, channel: string): Promise<boolean> {
    return (await this.#pool.query({ ...this.sql.LIFT_STOP, values: [userId, purpose, channel] })).rowCount === 1;
  }

  /** Null: it is not stopped. */
  async stop(userId: string, purpose: string, channel: string): Promise<{ readonly since: Date } | null> {
    const text = 'SELECT since FROM channel_stop WHERE user_id = $1 AND purpose = $2 AND channel = $3';
    return (await this.#pool.query<{ since: Date }>(text, [userId, purpose, channel])).rows[0] ?? null;
  }

  async find(accountId: string): Promise<AccountCondition | null> {
    return (await this.#health(accountId, null, 1))[0] ?? null;
  }

  /** In the order of ids, after this one, at most so many. */
  async list(after: string | null, atMost: number): Promise<readonly AccountCondition[]> {
    return this.#health(null, after, atMost);
  }

  async count(): Promise<ConditionCounts> {
    return (await this.#pool.query<ConditionCounts>(this.sql.HEALTH_COUNTS)).rows[0]!;
  }

  /** Rests under way, and those that were over since the day began, in UTC. */
  async rests(): Promise<readonly Rest[]> {
    return (await this.#pool.query<Rest>(this.sql.RECOVERY)).rows;
  }

  async #health(id: string | null, after: string | null, atMost: number): Promise<readonly AccountCondition[]> {
    return (await this.#pool.query<AccountCondition>({ ...this.sql.HEALTH, values: [id, after, atMost] })).rows;
  }

  async #write(client: PoolClient, id: string, of: Condition, change: ConditionChange): Promise<Date | null> {
    const { restMs, floods, floodAtMs, faults, score, loginDead, disabled, stops, refusal } = change;
    const party = [of.leaseId, of.fence, of.userId, change.saidBy ?? of.serviceName];
    const noted = [id, change.class, change.decision, JSON.stringify(change.details), ...party];
    await client.query({ ...this.sql.ERROR_NOTED, values: noted });
    const values = [id, restMs, change.class, floods, floodAtMs, faults, score, loginDead, disabled];
    const { rows } = await client.query<{ coolingUntil: Date | null }>({ ...this.sql.CHANGE, values });
    if (change.endsLease !== null) await client.query({ ...END, values: [id, change.endsLease] });
    if (stops !== null) {
      const where = [id, stops.userId, stops.purpose, stops.channel, change.class];
      await client.query({ ...this.sql.STOP_CHANNEL, values: where });
    }
    if (refusal !== null)
      await client.query({ ...this.sql.TARGET_REFUSED, values: [id, refusal.userId, refusal.target, change.class] });
    return rows[0]?.coolingUntil ?? null;
  }

  get #pool(): Pool {
    return poolOf(this.dataSource);
  }
}
