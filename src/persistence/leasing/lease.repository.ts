import { type Pool } from 'pg';
import { type DataSource } from 'typeorm';
import type { Provider } from '#libs/contracts/account';
import { poolOf } from '../data-source.js';
import type { EndedLease, GrantedLease, LeaseOwner, WantedLease } from './lease.js';
import { LeaseGroups } from './lease-groups.js';
import { LEASE_STATEMENTS, type LeaseStatements } from './lease-statements.js';
import { type FencedRow, takeLeases, unlessKnown, withFence } from './lease-taking.js';
import { OFFER_STATEMENTS, type OfferStatements } from './offer-statements.js';

export type { EndedLease, GrantedLease, LeaseOwner, WantedLease };
export type LeaseParty = Pick<WantedLease, 'id' | 'userId' | 'serviceName'>;
/** A lease that lives, as whoever looks on sees it. */
export type HeldLease = Omit<GrantedLease, 'phone' | 'needsProbe' | 'offered' | 'rules'> &
  Pick<WantedLease, 'userId' | 'serviceName' | 'purpose' | 'channel'> & { readonly now: Date };
export type WantedAccounts = Pick<WantedLease, 'without' | 'providers' | 'accountIds'>;
const ANY_ACCOUNT: WantedAccounts = { without: [], providers: null, accountIds: null };
export interface SlotLook {
  readonly accountId: string;
  readonly provider: Provider;
  readonly status: string;
  readonly serviceName: string | null;
  /** To this service, until then; what comes of it is not decided. */
  readonly offered: boolean;
  /** Null: it is not leased; so with the next. */
  readonly leasedUntil: Date | null;
  readonly coolingUntil: Date | null;
  readonly coolingCause: string | null;
  readonly disabled: boolean;
  readonly loginDead: boolean;
}
export type ExtendedLease = Pick<GrantedLease, 'leaseId' | 'fence' | 'allocatedAt' | 'expiresAt'>;

/** Who has which account. Every method is one statement, so one change or none; `grant` and `release` share theirs. */
export class LeaseRepository {
  readonly #groups: LeaseGroups;

  constructor(
    private readonly dataSource: DataSource,
    private readonly sql: LeaseStatements & OfferStatements = { ...LEASE_STATEMENTS, ...OFFER_STATEMENTS },
  ) {
    this.#groups = new LeaseGroups(() => this.#pool, sql);
  }

  /**
   * Null: none is free, or all that are were locked by others in this moment; `look` tells which. `known`: there was a
   * lease with this id already. An account that has to be asked something first is only offered.
   */
  async grant(wanted: WantedLease): Promise<GrantedLease | 'known' | null> {
    return this.#groups.grant(wanted);
  }

  /** Null: as with `grant`. */
  async offer(wanted: WantedLease): Promise<GrantedLease | null> {
    return (await takeLeases(this.#pool, this.sql.OFFER, [wanted]))[0]!;
  }

  /** Null: the offer is over. `known`: there was a lease with this id already; the offer stays. */
  async accept(offer: GrantedLease, { forMs, sticky }: WantedLease): Promise<GrantedLease | 'known' | null> {
    const values = [offer.accountId, offer.leaseId, forMs, sticky];
    const accepted = await unlessKnown(this.#pool.query<{ expiresAt: Date }>({ ...this.sql.ACCEPT, values }));
    if (accepted === 'known') return accepted;
    return accepted.rows[0] ? { ...offer, ...accepted.rows[0], offered: false } : null;
  }

  /** Nobody is to have what was offered. */
  async withdraw({ accountId, leaseId }: GrantedLease, why: string): Promise<void> {
    await this.#pool.query({ ...this.sql.WITHDRAW, values: [accountId, leaseId, why] });
  }

  /** How accounts stand now, at most so many: what is wanted first, and of that what is free first, or soonest. */
  async look(atMost: number, wanted: WantedAccounts = ANY_ACCOUNT): Promise<readonly SlotLook[]> {
    const values = [atMost, wanted.without, wanted.providers, wanted.accountIds];
    return (await this.#pool.query<SlotLook>({ ...this.sql.LOOK, values })).rows;
  }

  /** The lease under this id, if it lives and was given to this service for this tenant. */
  async live({ id, userId, serviceName }: LeaseParty): Promise<GrantedLease | null> {
    const { rows } = await this.#pool.query<FencedRow<GrantedLease>>({ ...LIVE, values: [id, userId, serviceName] });
    return rows[0] ? withFence(rows[0]) : null;
  }

  /** Leases that live, in the order of their accounts’ ids, after this one, at most so many. */
  async listLive(after: string | null, atMost: number): Promise<readonly HeldLease[]> {
    const { rows } = await this.#pool.query<FencedRow<HeldLease>>({ ...LIST_LIVE, values: [after, atMost] });
    return rows.map(withFence);
  }

  /** The fence of the lease that lives; null: there is none. */
  async liveFence(accountId: string): Promise<number | null> {
    const { rows } = await this.#pool.query<{ fence: string }>({ ...LIVE_FENCE, values: [accountId] });
    return rows[0] ? Number(rows[0].fence) : null;
  }

  /** At least until so long from now. Null: there is no such lease that lives. */
  async extend({ accountId, serviceName, leaseId }: LeaseOwner, forMs: number): Promise<ExtendedLease | null> {
    const values = [accountId, serviceName, leaseId, forMs];
    const { rows } = await this.#pool.query<FencedRow<ExtendedLease>>({ ...this.sql.EXTEND, values });
    return rows[0] ? withFence(rows[0]) : null;
  }

  /** Null: there is no such lease that lives. */
  async release(owner: LeaseOwner, usage: object | null): Promise<EndedLease | null> {
    return this.#groups.release({ ...owner, usage });
  }

  /**
   * How the last lease of that service ended, or the named one of it; `lives`: it did not. Null: it never had it. `usage`:
   * what its holder says it did is kept, if nothing was kept yet.
   */
  async over(
    { accountId, serviceName, leaseId }: LeaseOwner,
    usage: object | null = null,
  ): Promise<(EndedLease & { readonly lives: boolean }) | null> {
    const { rows } = await this.#pool.query<EndedLease & { readonly lives: boolean }>({
      ...this.sql.OVER,
      values: [accountId, serviceName, leaseId],
    });
    const [over] = rows;
    if (over && !over.lives && usage !== null)
      await this.#pool.query({ ...this.sql.KEEP_USAGE, values: [over.leaseId, JSON.stringify(usage)] });
    return over ?? null;
  }

  /** Writes down that leases are over, so that their holders are told, at most so many; answers how many. */
  async closeExpired(atMost: number): Promise<number> {
    return (await this.#pool.query({ ...this.sql.CLOSE_EXPIRED, values: [atMost] })).rows.length;
  }

  async noteRefused(userId: string, serviceName: string, why: string, details: object): Promise<void> {
    await this.#pool.query({ ...this.sql.REFUSED, values: [userId, serviceName, why, JSON.stringify(details)] });
  }

  async noteTurnedAway({ accountId, serviceName, leaseId }: LeaseOwner, operation: string, why: string): Promise<void> {
    const details = JSON.stringify({ operation, lease: leaseId });
    await this.#pool.query({ ...this.sql.TURNED_AWAY, values: [accountId, serviceName, why, details] });
  }

  get #pool(): Pool {
    return poolOf(this.dataSource);
  }
}

/**
 * Their slots say all that their own rows say; there is one for each account, however many leases there were. Of an offer
 * nobody has heard.
 */
const LIST_LIVE = {
  name: 'lease-list-live',
  text: `
SELECT s.account_id AS "accountId", s.lease_id AS "leaseId", s.fence, s.user_id AS "userId", s.service_name AS "serviceName",
  s.purpose, s.target_channel_id AS channel, s.leased_at AS "allocatedAt", s.expires_at AS "expiresAt", clock_timestamp() AS now
FROM account_slot s JOIN account a ON a.id = s.account_id AND a.deleted_at IS NULL
WHERE s.expires_at > clock_timestamp() AND NOT s.offered AND ($1::uuid IS NULL OR s.account_id > $1::uuid)
ORDER BY s.account_id LIMIT $2::integer`,
} as const;

const LIVE_FENCE = {
  name: 'lease-live-fence',
  text: 'SELECT fence FROM account_slot WHERE account_id = $1::uuid AND expires_at > clock_timestamp()',
} as const;

const LIVE = {
  name: 'lease-live',
  text: `
SELECT s.account_id AS "accountId", s.lease_id AS "leaseId", s.fence, s.leased_at AS "allocatedAt", s.expires_at AS "expiresAt",
  n.phone, false AS "needsProbe", false AS offered, (
    SELECT coalesce(json_agg(json_build_object('user_id', r.user_id, 'purpose', r.purpose, 'account_id', r.account_id,
      'limits', r.limits)), '[]')
    FROM limit_rule r WHERE r.account_id IS NULL OR r.account_id = s.account_id
  ) AS rules
FROM lease l JOIN account_slot s ON s.lease_id = l.id AND s.account_id = l.account_id
LEFT JOIN account_snapshot n ON n.account_id = s.account_id
WHERE l.id = $1::uuid AND l.user_id = $2::text AND l.service_name = $3::text AND s.expires_at > clock_timestamp()`,
} as const;
