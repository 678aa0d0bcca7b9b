import { useEffect, useState } from 'react';
import type { ConfigurationVariable } from '#libs/contracts/configuration';
import { Loading } from '../../parts/loading.js';
import { Empty } from '../../parts/notice.js';
import { useShell, useWords } from '../../parts/shell.js';
import { formatNumber } from '../figures.js';
import { ALL_VARIABLES, filterVariables } from './configuration-filter.js';
import { ConfigurationTable } from './configuration-table.js';

/** How this Muster is set. It is read once: nothing changes before the next start. */
export function ConfigurationView() {
  const { muster, fail } = useShell();
  const { words, language } = useWords();
  const [variables, setVariables] = useState<readonly ConfigurationVariable[] | null>(null);
  const [filter, setFilter] = useState(ALL_VARIABLES);
  useEffect(() => {
    let left = false;
    muster.configuration().then(
      (read) => left || setVariables(read.variables),
      (error: unknown) => left || fail(error),
    );
    return () => void (left = true);
  }, [muster, fail]);
  const told = words.operations.configuration;
  if (variables === null) return <Loading lines={6} />;
  const shown = filterVariables(variables, filter);
  return (
    <>
      <p className="secondary">{told.hint}</p>
      <div className="filters" role="search">
        <input
          type="search"
          aria-label={told.search}
          placeholder={told.searchHint}
          value={filter.text}
          onChange={({ target }) => setFilter({ ...filter, text: target.value })}
        />
        <label className="ops-check">
          <input
            type="checkbox"
            checked={filter.changedOnly}
            onChange={({ target }) => setFilter({ ...filter, changedOnly: target.checked })}
          />
          {told.changedOnly}
        </label>
        <p className="shown" role="status">
          {told.shown(formatNumber(shown.length, language), formatNumber(variables.length, language))}
        </p>
      </div>
      {shown.length > 0 ? <ConfigurationTable variables={shown} /> : <Empty title={told.noMatch} />}
    </>
  );
}
