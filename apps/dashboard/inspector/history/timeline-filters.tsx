import { useWords } from '../../parts/shell.js';
import { useTellCause } from './cause.js';
import type { TimelineFilter } from './timeline-filter.js';

interface TimelineFiltersProps {
  readonly filter: TimelineFilter;
  readonly setFilter: (filter: TimelineFilter) => void;
  readonly causes: readonly string[];
}

export function TimelineFilters({ filter, setFilter, causes }: TimelineFiltersProps) {
  const { words } = useWords();
  const { search, searchHint, cause, anyCause, failures } = words.inspector.timeline;
  const tell = useTellCause();
  return (
    <div className="life-filters">
      <input
        type="search"
        aria-label={search}
        placeholder={searchHint}
        value={filter.text}
        onChange={({ target }) => setFilter({ ...filter, text: target.value })}
      />
      <select
        aria-label={cause}
        value={filter.cause}
        onChange={({ target }) => setFilter({ ...filter, cause: target.value })}
      >
        <option value="">{anyCause}</option>
        {causes.map((code) => (
          <option key={code} value={code} title={tell(code)}>
            {code}
          </option>
        ))}
      </select>
      <label className="choice">
        <input
          type="checkbox"
          checked={filter.failuresOnly}
          onChange={({ target }) => setFilter({ ...filter, failuresOnly: target.checked })}
        />
        {failures}
      </label>
    </div>
  );
}
