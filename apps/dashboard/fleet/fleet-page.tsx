import { useDeferredValue, useMemo, useState } from 'react';
import { PROVIDERS, type Provider } from '#libs/contracts/account';
import { Loading } from '../parts/loading.js';
import { Empty } from '../parts/notice.js';
import { useFleet, useWords } from '../parts/shell.js';
import { useTitle } from '../parts/title.js';
import { AccountTable } from './account-table.js';
import { AddAccount } from './add-account.js';
import { countByStatus, filterAccounts, type FleetFilter, NO_FILTER } from './fleet-filter.js';
import { StatusFilter } from './status-filter.js';

export interface FleetPageProps {
  /** Outlives the page: whoever comes back from an account finds the list as it was left. */
  readonly filter: FleetFilter;
  readonly setFilter: (filter: FleetFilter) => void;
}

export function FleetPage({ filter, setFilter }: FleetPageProps) {
  const { words } = useWords();
  const { accounts, loaded } = useFleet();
  useTitle(words.accounts);
  const [adding, setAdding] = useState(false);
  const wished = useDeferredValue(filter);
  const shown = useMemo(() => filterAccounts(accounts, wished), [accounts, wished]);
  const counts = useMemo(() => countByStatus(accounts, wished), [accounts, wished]);
  return (
    <>
      <div className="page-head">
        <h1>{words.accounts}</h1>
        <button type="button" className="button primary" onClick={() => setAdding(true)}>
          {words.fleet.add}
        </button>
      </div>
      <StatusFilter
        counts={loaded ? counts : null}
        chosen={filter.status}
        choose={(status) => setFilter({ ...filter, status })}
      />
      <FilterBar loaded={loaded} filter={filter} setFilter={setFilter} shown={shown.length} all={accounts.length} />
      {shown.length > 0 && <AccountTable accounts={shown} />}
      {shown.length === 0 && !loaded && <Loading text={words.fleet.loading} lines={6} />}
      {shown.length === 0 && loaded && accounts.length === 0 && (
        <Empty title={words.fleet.none}>
          <p>{words.fleet.noneHint}</p>
          <button type="button" className="button primary" onClick={() => setAdding(true)}>
            {words.fleet.add}
          </button>
        </Empty>
      )}
      {shown.length === 0 && loaded && accounts.length > 0 && (
        <Empty title={words.fleet.noMatch}>
          <button type="button" className="button" onClick={() => setFilter(NO_FILTER)}>
            {words.fleet.clear}
          </button>
        </Empty>
      )}
      {adding && <AddAccount close={() => setAdding(false)} />}
    </>
  );
}

interface FilterBarProps extends FleetPageProps {
  readonly loaded: boolean;
  readonly shown: number;
  readonly all: number;
}

function FilterBar({ loaded, filter, setFilter, shown, all }: FilterBarProps) {
  const { words, language } = useWords();
  const number = new Intl.NumberFormat(language);
  return (
    <div className="filters" role="search">
      <input
        type="search"
        aria-label={words.fleet.search}
        placeholder={words.fleet.searchHint}
        value={filter.text}
        onChange={({ target }) => setFilter({ ...filter, text: target.value })}
      />
      <select
        aria-label={words.fleet.provider}
        value={filter.provider ?? ''}
        onChange={({ target }) => setFilter({ ...filter, provider: (target.value || null) as Provider | null })}
      >
        <option value="">{words.fleet.anyProvider}</option>
        {PROVIDERS.map((provider) => (
          <option key={provider} value={provider}>
            {words.provider[provider]}
          </option>
        ))}
      </select>
      <p className="shown" role="status">
        {loaded && words.fleet.shown(number.format(shown), number.format(all))}
      </p>
    </div>
  );
}
