import { LOOK_BACK_MS } from '#libs/leasing/decision';
import {
  CONDITION_STORE,
  type ConditionStore,
  LEASE_STORE,
  type LeaseStore,
  LEDGER_STORE,
  type LedgerStore,
  LIMIT_RULE_STORE,
  type LimitRuleStore,
  USAGE_STORE,
  type UsageStore,
} from '#src/application/leasing/lease-stores';
import { timely } from '#src/application/timely-store';
import { ConditionRepository } from '#src/persistence/leasing/condition.repository';
import { LimitRuleRepository } from '#src/persistence/leasing/limit-rule.repository';
import { UsageRepository } from '#src/persistence/leasing/usage.repository';
import type { Runtime } from './runtime.js';

/** What the account manager asks of the store, under the tokens by which it asks. */
export function leasingProviders({ dataSource, leases, ledger }: Pick<Runtime, 'dataSource' | 'leases' | 'ledger'>) {
  return [
    { provide: LEASE_STORE, useValue: timely<LeaseStore>(leases) },
    { provide: USAGE_STORE, useValue: timely<UsageStore>(new UsageRepository(dataSource, LOOK_BACK_MS)) },
    { provide: CONDITION_STORE, useValue: timely<ConditionStore>(new ConditionRepository(dataSource)) },
    { provide: LIMIT_RULE_STORE, useValue: timely<LimitRuleStore>(new LimitRuleRepository(dataSource)) },
    { provide: LEDGER_STORE, useValue: timely<LedgerStore>(ledger) },
  ];
}
