import type { ConditionRepository } from '#src/persistence/leasing/condition.repository';
import type { LeaseRepository } from '#src/persistence/leasing/lease.repository';
import type { LedgerRepository } from '#src/persistence/leasing/ledger.repository';
import type { LimitRuleRepository } from '#src/persistence/leasing/limit-rule.repository';
import type { UsageRepository } from '#src/persistence/leasing/usage.repository';

/** What the account manager asks of the store: what its repositories offer. */
export type LeaseStore = Pick<
  LeaseRepository,
  | 'grant'
  | 'offer'
  | 'accept'
  | 'withdraw'
  | 'look'
  | 'live'
  | 'listLive'
  | 'extend'
  | 'release'
  | 'over'
  | 'liveFence'
  | 'noteRefused'
  | 'noteTurnedAway'
>;
export type UsageStore = Pick<UsageRepository, 'holder' | 'check' | 'record' | 'status' | 'inChannel'>;
export type ConditionStore = Pick<
  ConditionRepository,
  'change' | 'probed' | 'liftStop' | 'stop' | 'find' | 'list' | 'count' | 'rests'
>;
export type LimitRuleStore = Pick<LimitRuleRepository, 'list' | 'put'>;
export type LedgerStore = Pick<LedgerRepository, 'list' | 'noteAtFence'>;

/** Asks an account one harmless thing. False: it did not answer well. Never rejects. */
export type ProbeAccount = (accountId: string) => Promise<boolean>;

export const LEASE_STORE = Symbol('LeaseStore');
export const USAGE_STORE = Symbol('UsageStore');
export const CONDITION_STORE = Symbol('ConditionStore');
export const LIMIT_RULE_STORE = Symbol('LimitRuleStore');
export const LEDGER_STORE = Symbol('LedgerStore');
