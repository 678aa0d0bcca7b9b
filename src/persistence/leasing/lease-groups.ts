import { type Pool } from 'pg';
import { LEASES_TOGETHER_MAX } from '#libs/contracts/limits/leasing';
import { STORE_ANSWER_MS_MAX } from '#libs/contracts/limits/runtime';
import { Gathering } from '../gathering.js';
import { spoilsItsBatch } from '../spoilt-batch.js';
import type { EndedLease, GrantedLease, LeaseOwner, WantedLease } from './lease.js';
import type { LeaseStatements } from './lease-statements.js';
import { takeLeases, unlessKnown } from './lease-taking.js';

export type Grant = GrantedLease | 'known' | null;
export interface Release extends LeaseOwner {
  readonly usage: object | null;
}
interface GrantAsk {
  readonly wanted: WantedLease;
  readonly sinceMs: number;
}
const LIMITS = { togetherMax: LEASES_TOGETHER_MAX };

/**
 * Leases are given, and given back, together: what is asked for while a commit is on its way shares the next one. A single
 * one waits for nobody; of many, each costs a sixth. Each has its own rows, its line in the ledger and its event all the same.
 */
export class LeaseGroups {
  readonly #grants = new Gathering((asks: readonly GrantAsk[]) => this.#grantInTime(asks), LIMITS);
  readonly #releases = new Gathering((asks: readonly Release[]) => this.#releaseTogether(asks), LIMITS);

  constructor(
    private readonly pool: () => Pool,
    private readonly sql: Pick<LeaseStatements, 'GRANT' | 'RELEASE' | 'RELEASE_TOGETHER'>,
    private readonly awaitedMsMax = STORE_ANSWER_MS_MAX,
  ) {}

  /** See LeaseRepository. Who can't take just any account goes alone: a statement has one choice for all in it. */
  async grant(wanted: WantedLease): Promise<Grant> {
    const { without, providers, accountIds } = wanted;
    if (without.length > 0 || providers !== null || accountIds !== null) return this.#grantAlone(wanted);
    const answer = await this.#grants.ask({ wanted, sinceMs: performance.now() });
    if (answer instanceof Error) throw answer;
    return answer;
  }

  /** Null: there is no such lease that lives. Who is not served with the others, since the slot is locked, waits alone. */
  async release(release: Release): Promise<EndedLease | null> {
    const ended = await this.#releases.ask(release);
    return ended === 'not_yet' ? this.#releaseAlone(release) : ended;
  }

  /** Who asked too long ago has been told that there was no answer, and would never hear of a lease. */
  async #grantInTime(asks: readonly GrantAsk[]): Promise<readonly (Grant | Error)[]> {
    const since = performance.now() - this.awaitedMsMax;
    const late = asks.filter(({ sinceMs }) => sinceMs < since).map(() => new Error('its turn came too late'));
    const wanted = asks.slice(late.length).map((ask) => ask.wanted);
    return [...late, ...(await this.#grantTogether(wanted))];
  }

  /** One that can't be written must not take the others with it: then each is written alone. */
  async #grantTogether(wanted: readonly WantedLease[]): Promise<readonly (Grant | Error)[]> {
    const [first, ...others] = wanted;
    if (!first) return [];
    if (others.length === 0) return [await this.#grantAlone(first)];
    try {
      return await takeLeases(this.pool(), this.sql.GRANT, [first, ...others]);
    } catch (error) {
      if (!spoilsItsBatch(error)) throw error;
      return Promise.all(wanted.map((one) => this.#grantAlone(one).catch((cause: unknown) => cause as Error)));
    }
  }

  async #grantAlone(wanted: WantedLease): Promise<Grant> {
    const taken = await unlessKnown(takeLeases(this.pool(), this.sql.GRANT, [wanted]));
    return taken === 'known' ? taken : taken[0]!;
  }

  /** One that can't be written must not take the others with it, nor one whose slot is locked: those wait alone. */
  async #releaseTogether(all: readonly Release[]): Promise<readonly (EndedLease | 'not_yet' | null)[]> {
    if (all.length === 1) return [await this.#releaseAlone(all[0]!)];
    const first = new Map(all.toReversed().map((release) => [release.accountId, release]));
    try {
      const ended = await this.#releaseUnlocked([...first.values()]);
      return all.map(
        (release) => (first.get(release.accountId) === release && ended.get(release.accountId)) || 'not_yet',
      );
    } catch (error) {
      if (!spoilsItsBatch(error)) throw error;
      return all.map(() => 'not_yet');
    }
  }

  /** By their accounts, of which there is none twice. */
  async #releaseUnlocked(all: readonly Release[]): Promise<ReadonlyMap<string, EndedLease>> {
    const values = [
      all.map(({ accountId }) => accountId),
      all.map(({ serviceName }) => serviceName),
      all.map(({ leaseId }) => leaseId),
      all.map(({ usage }) => textOf(usage)),
    ];
    const { rows } = await this.pool().query<EndedRow>({ ...this.sql.RELEASE_TOGETHER, values });
    return new Map(rows.map((row) => [row.accountId, endedOf(row)]));
  }

  /** Waits for the slot. */
  async #releaseAlone({ accountId, serviceName, leaseId, usage }: Release): Promise<EndedLease | null> {
    const values = [accountId, serviceName, leaseId, textOf(usage)];
    const { rows } = await this.pool().query<EndedRow>({ ...this.sql.RELEASE, values });
    return rows[0] ? endedOf(rows[0]) : null;
  }
}

type EndedRow = Omit<EndedLease, 'endCause'> & { readonly accountId: string };
const endedOf = ({ leaseId, endedAt }: EndedRow): EndedLease => ({ leaseId, endedAt, endCause: 'released' });
const textOf = (usage: object | null): string | null => (usage === null ? null : JSON.stringify(usage));
