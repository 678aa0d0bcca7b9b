import { type ReactNode, useState } from 'react';
import { LEDGER_SUBJECTS, type LedgerSubject } from '#libs/contracts/account-manager/ledger';
import { LEASE_NAME_CHARS_MAX } from '#libs/contracts/limits/leasing';
import { useFleet, useWords } from '../../parts/shell.js';
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
    <form
      className="ops-form leases-form"
      role="search"
      aria-label={told.title}
      onSubmit={(event) => {
        event.preventDefault();
        choose(typed);
      }}
    >
      <AccountField filter={typed} choose={set} />
      <Field label={told.service}>
        <input
          type="search"
          value={typed.service}
          placeholder={told.serviceHint}
          maxLength={LEASE_NAME_CHARS_MAX}
          onChange={({ target }) => setTyped({ ...typed, service: target.value })}
        />
      </Field>
      <DecisionFields filter={typed} choose={set} />
      <div className="ops-actions">
        <button type="submit" className="button">
          {told.find}
        </button>
        <button type="button" className="button quiet" disabled={isEmpty} onClick={() => set(NO_LEDGER_FILTER)}>
          {told.reset}
        </button>
      </div>
    </form>
  );
}

function AccountField({ filter, choose }: LedgerFormProps) {
  const { words } = useWords();
  const { accounts } = useFleet();
  return (
    <Field label={words.leases.account}>
      <select
        value={filter.accountId ?? ''}
        onChange={({ target }) => choose({ ...filter, accountId: target.value || null })}
      >
        <option value="">{words.leases.ledger.anyAccount}</option>
        {accounts.map(({ id, label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </select>
    </Field>
  );
}

function DecisionFields({ filter, choose }: LedgerFormProps) {
  const { words } = useWords();
  const told = words.leases.ledger;
  return (
    <>
      <Field label={told.what}>
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
      </Field>
      <Field label={told.decision}>
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
      </Field>
    </>
  );
}

function Field({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <label className="ops-field">
      {label}
      {children}
    </label>
  );
}
