import { type DataSource } from 'typeorm';
import type { LedgerQuery, LedgerLine } from '#libs/contracts/account-manager/ledger';
import type { Page } from '#libs/contracts/page';
import { LEDGER_FORGOTTEN_MAX, LEDGER_KEPT_DAYS } from '#libs/contracts/limits/leasing';
import { poolOf } from '../data-source.js';

/** Every decision, as it was made. */
export class LedgerRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** The oldest first, or the newest; `after`: further in that order. */
  async list(query: LedgerQuery): Promise<Page<LedgerLine>> {
    const { account_id: account, lease_id: lease, user_id: user, service_name: service, what, decision } = query;
    const scope = [account, lease, user, service, what, decision, query.after].map((value) => value ?? null);
    const statement = LIST[query.order ?? 'oldest'];
    const { rows } = await poolOf(this.dataSource).query<LedgerRow>({
      ...statement,
      values: [...scope, query.limit + 1],
    });
    const items = rows.slice(0, query.limit).map((row) => ({
      ...row,
      at: row.at.toISOString(),
      fence: row.fence === null ? null : Number(row.fence),
    }));
    return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** Somebody came to an account under no lease, or under one that is over; written beside the lease that lives, if any. */
  async noteAtFence(
    accountId: string,
    decision: 'turned_away' | 'overridden',
    why: string,
    details: object,
  ): Promise<void> {
    const values = [accountId, decision, why, JSON.stringify(details)];
    await poolOf(this.dataSource).query({ ...AT_FENCE, values });
  }

  /** A part of what is older than LEDGER_KEPT_DAYS, at most LEDGER_FORGOTTEN_MAX lines; answers how many. */
  async forgetOld(): Promise<number> {
    const values = [LEDGER_KEPT_DAYS, LEDGER_FORGOTTEN_MAX];
    return (await poolOf(this.dataSource).query(FORGET, values)).rowCount ?? 0;
  }
}

const AT_FENCE = {
  name: 'ledger-at-fence',
  text: `
INSERT INTO lease_ledger (account_id, lease_id, fence, user_id, service_name, what, decision, why, details)
SELECT a.id, s.lease_id, s.fence, s.user_id, s.service_name, 'lease', $2::text, $3::text, $4::jsonb
FROM account a LEFT JOIN account_slot s ON s.account_id = a.id AND s.expires_at > clock_timestamp() WHERE a.id = $1::uuid`,
} as const;

/** The oldest lines are looked at, and no others: ids grow with time. */
const FORGET = `
DELETE FROM lease_ledger WHERE id = ANY (ARRAY(
  SELECT id FROM (SELECT id, at FROM lease_ledger ORDER BY id LIMIT $2::integer) AS oldest
  WHERE at < now() - make_interval(days => $1::integer)
))`;

type LedgerRow = Omit<LedgerLine, 'at' | 'fence'> & { readonly at: Date; readonly fence: string | null };

/** Two statements, so that each is read along the index and not sorted. */
const list = (beyond: '>' | '<', order: 'ASC' | 'DESC') => `
SELECT id, at, account_id, lease_id, fence, user_id, service_name, what, decision, why, details FROM lease_ledger
WHERE ($1::uuid IS NULL OR account_id = $1::uuid) AND ($2::uuid IS NULL OR lease_id = $2::uuid)
  AND ($3::text IS NULL OR user_id = $3::text) AND ($4::text IS NULL OR service_name = $4::text)
  AND ($5::text IS NULL OR what = $5::text) AND ($6::text IS NULL OR decision = $6::text)
  AND ($7::bigint IS NULL OR id ${beyond} $7::bigint)
ORDER BY id ${order} LIMIT $8::integer`;

const LIST = {
  oldest: { name: 'ledger-list', text: list('>', 'ASC') },
  newest: { name: 'ledger-list-newest', text: list('<', 'DESC') },
} as const;
