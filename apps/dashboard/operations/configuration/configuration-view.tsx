import { useCallback, useState } from 'react';
import { Loading } from '../../parts/loading.js';
import { Empty } from '../../parts/notice.js';
import { useShell, useWords } from '../../parts/shell.js';
import { formatNumber } from '../../parts/figures.js';
import { NoAnswer } from '../../parts/no-answer.js';
import { usePolled } from '../../parts/polled.js';
import { ALL_VARIABLES, filterVariables } from './configuration-filter.js';
import { ConfigurationTable } from './configuration-table.js';
import { describedIn } from './variable-words.js';

/** Nothing of it changes before the next start, which may come while the page is open. */
const LOOK_EVERY_MS = 10_000;

/** How this Muster is set. */
export function ConfigurationView() {
  const { muster } = useShell();
  const { words, language } = useWords();
  const [filter, setFilter] = useState(ALL_VARIABLES);
  const ask = useCallback(async () => (await muster.configuration()).variables, [muster]);
  const { value: variables, error } = usePolled(ask, LOOK_EVERY_MS);
  const told = words.operations.configuration;
  if (variables === null) return error === null ? <Loading lines={6} /> : <NoAnswer error={error} />;
  const described = variables.map((one) => describedIn(language, one));
  const shown = filterVariables(described, filter);
  return (
    <>
      <NoAnswer error={error} />
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
