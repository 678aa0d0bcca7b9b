import { useState } from 'react';
import { LEDGER_SUBJECTS, type LedgerSubject } from '#libs/contracts/account-manager/ledger';
import { LEASE_NAME_CHARS_MAX } from '#libs/contracts/limits/leasing';
import { useWords } from '../../parts/shell.js';
import { AccountField, SearchField, SearchForm } from '../../records/search-form.js';
import { nameOf } from '../names.js';
import { decisionsOf, type LedgerFilter, NO_LEDGER_FILTER } from './ledger-filter.js';

export interface LedgerFormProps {
  readonly filter: LedgerFilter;
  readonly choose: (filter: LedgerFilter) => void;
}

/** What is chosen takes effect at once; a name when it is typed to its end. */
export function LedgerForm({ filter, choose }: LedgerFormProps) {
  const { words } = useWords();
  const [typed, setTyped] = useState(filter);
  const told = words.leases.ledger;
  const isEmpty = JSON.stringify(typed) === JSON.stringify(NO_LEDGER_FILTER);
  const set = (next: LedgerFilter): void => {
    setTyped(next);
    choose(next);
  };
  return (
    <SearchForm
      label={told.title}
      className="leases-form"
      isEmpty={isEmpty}
      search={() => choose(typed)}
      clear={() => set(NO_LEDGER_FILTER)}
    >
      <AccountField
        label={words.leases.account}
        chosen={typed.accountId}
        choose={(accountId) => set({ ...typed, accountId })}
      />
      <SearchField label={told.service}>
        <input
          type="search"
          value={typed.service}
          placeholder={told.serviceHint}
          maxLength={LEASE_NAME_CHARS_MAX}
          onChange={({ target }) => setTyped({ ...typed, service: target.value })}
        />
      </SearchField>
      <DecisionFields filter={typed} choose={set} />
    </SearchForm>
  );
}

function DecisionFields({ filter, choose }: LedgerFormProps) {
  const { words } = useWords();
  const told = words.leases.ledger;
  return (
    <>
      <SearchField label={told.what}>
        <select
          value={filter.what ?? ''}
          onChange={({ target }) =>
            choose({ ...filter, what: (target.value || null) as LedgerSubject | null, decision: null })
          }
        >
          <option value="">{told.anyWhat}</option>
          {LEDGER_SUBJECTS.map((what) => (
            <option key={what} value={what}>
              {told.about[what]}
            </option>
          ))}
        </select>
      </SearchField>
      <SearchField label={told.decision}>
        <select
          value={filter.decision ?? ''}
          onChange={({ target }) => choose({ ...filter, decision: target.value || null })}
        >
          <option value="">{told.anyDecision}</option>
          {decisionsOf(filter.what, told.says).map((decision) => (
            <option key={decision} value={decision}>
              {nameOf(told.decisions, decision)}
            </option>
          ))}
        </select>
      </SearchField>
    </>
  );
}
