import { Inject, Injectable } from '@nestjs/common';
import type { LedgerLine, LedgerQuery } from '#libs/contracts/account-manager/ledger';
import type { LimitRules, putLimitRuleSchema } from '#libs/contracts/account-manager/limit-rule';
import type { Page } from '#libs/contracts/page';
import type { OutputOf } from '#libs/contracts/parse';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import { LEDGER_STORE, type LedgerStore, LIMIT_RULE_STORE, type LimitRuleStore } from './lease-stores.js';

/** What counts instead of the default limits, and the book of all that was decided by them. */
@Injectable()
export class LimitRulesService {
  constructor(
    @Inject(LIMIT_RULE_STORE) private readonly rules: LimitRuleStore,
    @Inject(LEDGER_STORE) private readonly lines: LedgerStore,
  ) {}

  async list(): Promise<LimitRules> {
    return { items: [...(await this.rules.list())] };
  }

  async put({ limits, ...scope }: OutputOf<typeof putLimitRuleSchema>): Promise<Outcome<LimitRules>> {
    const { user_id = null, purpose = null, account_id = null } = scope;
    const put = await this.rules.put({ user_id, purpose, account_id }, limits);
    return put === 'done' ? accepted(await this.list()) : refused(put);
  }

  ledger(query: LedgerQuery): Promise<Page<LedgerLine>> {
    return this.lines.list(query);
  }
}
