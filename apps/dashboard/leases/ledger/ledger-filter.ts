import { LEDGER_SUBJECTS, type LedgerSubject, type ListLedger } from '#libs/contracts/account-manager/ledger';
import type { Words } from '../../words/en.js';

export interface LedgerFilter {
  readonly accountId: string | null;
  /** Its whole name; empty: any. */
  readonly service: string;
  readonly what: LedgerSubject | null;
  readonly decision: string | null;
}
export const NO_LEDGER_FILTER: LedgerFilter = { accountId: null, service: '', what: null, decision: null };

export function toQuery({ accountId, service, what, decision }: LedgerFilter): ListLedger {
  return {
    account_id: accountId ?? undefined,
    service_name: service.trim() || undefined,
    what: what ?? undefined,
    decision: decision ?? undefined,
    order: 'newest',
  };
}

/** What may have been decided about this; null: about anything. Each once. */
export function decisionsOf(what: LedgerSubject | null, says: Words['leases']['ledger']['says']): readonly string[] {
  const about = what === null ? LEDGER_SUBJECTS : [what];
  return [...new Set(about.flatMap((one) => Object.keys(says[one])))];
}
