import { type DataSource } from 'typeorm';
import { v7 as uuidV7 } from 'uuid';
import type { LimitChanges, LimitRule } from '#libs/contracts/account-manager/lease-limits';
import { LIMIT_RULES_MAX } from '#libs/contracts/limits/leasing';
import { poolOf } from '../data-source.js';

export type RuleScope = Omit<LimitRule, 'limits'>;

/** What counts instead of the default, and for whom. */
export class LimitRuleRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** All rules, or those that can count for this account. */
  async list(accountId: string | null = null): Promise<readonly LimitRule[]> {
    const { rows } = await poolOf(this.dataSource).query<LimitRule>({ ...LIST, values: [accountId] });
    return rows;
  }

  /** In place of what was said for the same before; null takes it away. */
  async put(scope: RuleScope, limits: LimitChanges | null): Promise<'done' | 'account_not_found' | 'limit_rules_full'> {
    const where = [scope.user_id, scope.purpose, scope.account_id];
    const pool = poolOf(this.dataSource);
    if (limits === null) {
      await pool.query({ ...REMOVE, values: where });
      return 'done';
    }
    const values = [uuidV7(), ...where, JSON.stringify(limits), LIMIT_RULES_MAX];
    try {
      return (await pool.query({ ...PUT, values })).rowCount === 1 ? 'done' : 'limit_rules_full';
    } catch (error) {
      if ((error as { constraint?: unknown }).constraint === 'limit_rule_account_fk') return 'account_not_found';
      throw error;
    }
  }
}

const LIST = {
  name: 'limit-rule-list',
  text: `
SELECT user_id, purpose, account_id, limits FROM limit_rule
WHERE $1::uuid IS NULL OR account_id IS NULL OR account_id = $1::uuid ORDER BY id`,
} as const;

const PUT = {
  name: 'limit-rule-put',
  text: `
WITH put AS (
  INSERT INTO limit_rule (id, user_id, purpose, account_id, limits)
  SELECT $1::uuid, $2::text, $3::text, $4::uuid, $5::jsonb
  WHERE (SELECT count(*) FROM limit_rule) < $6::integer
    OR EXISTS (SELECT FROM limit_rule WHERE (user_id, purpose, account_id) IS NOT DISTINCT FROM ($2::text, $3::text, $4::uuid))
  ON CONFLICT (user_id, purpose, account_id) DO UPDATE SET limits = excluded.limits, updated_at = now()
  RETURNING user_id, account_id, purpose, limits
)
INSERT INTO lease_ledger (account_id, user_id, what, decision, details)
SELECT account_id, user_id, 'limits', 'put', jsonb_build_object('purpose', purpose, 'limits', limits) FROM put`,
} as const;

const REMOVE = {
  name: 'limit-rule-remove',
  text: `
WITH removed AS (
  DELETE FROM limit_rule
  WHERE (user_id, purpose, account_id) IS NOT DISTINCT FROM ($1::text, $2::text, $3::uuid)
  RETURNING user_id, account_id, purpose
)
INSERT INTO lease_ledger (account_id, user_id, what, decision, details)
SELECT account_id, user_id, 'limits', 'removed', jsonb_build_object('purpose', purpose) FROM removed`,
} as const;
