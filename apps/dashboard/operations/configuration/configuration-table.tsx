import type { ConfigurationValue } from '#libs/contracts/configuration';
import { useWords } from '../../parts/shell.js';
import type { Words } from '../../words/en.js';
import { formatNumber } from '../../parts/figures.js';
import { isChanged } from './configuration-filter.js';
import type { DescribedVariable } from './variable-words.js';

export function ConfigurationTable({ variables }: { readonly variables: readonly DescribedVariable[] }) {
  const { words } = useWords();
  const { title, variable, value, from } = words.operations.configuration;
  return (
    <div className="card ops-scroll">
      <table className="sheet-table sheet-stacked ops-configuration" aria-label={title}>
        <thead>
          <tr>
            {[variable, value, from].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {variables.map((one) => (
            <Row key={one.name} variable={one} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ variable }: { readonly variable: DescribedVariable }) {
  const { words } = useWords();
  const { name, from, description, language } = variable;
  return (
    <tr data-variable={name} data-changed={isChanged(variable) || undefined}>
      <th scope="row">
        <code>{name}</code>
        <p className="secondary" lang={language}>
          {description}
        </p>
      </th>
      <td>
        <Value variable={variable} />
      </td>
      <td>
        <span className="ops-tag" data-from={from}>
          {words.operations.configuration.sources[from]}
        </span>
      </td>
    </tr>
  );
}

function Value({ variable }: { readonly variable: DescribedVariable }) {
  const { words, language } = useWords();
  const told = words.operations.configuration;
  const { value, default: usual, unit, hidden } = variable;
  const isEmpty = value === null || (Array.isArray(value) && value.length === 0);
  const count = formatNumber(hidden, language);
  const text = (which: ConfigurationValue): string => textOf(which, unit, told, language);
  return (
    <>
      <p className="ops-value" data-none={(isEmpty && hidden === 0) || undefined}>
        {isEmpty && hidden > 0 ? told.hiddenKeys(count) : text(value)}
      </p>
      {!isEmpty && hidden > 0 && <p className="secondary">{told.hiddenParts(count)}</p>}
      {hidden === 0 && isChanged(variable) && <p className="secondary">{told.fallback(text(usual))}</p>}
    </>
  );
}

/** A number that has no unit is a port or a count of few: it is written as it is set. */
function textOf(
  value: ConfigurationValue,
  unit: DescribedVariable['unit'],
  told: Words['operations']['configuration'],
  language: string,
): string {
  if (typeof value === 'number')
    return unit === null ? String(value) : `${formatNumber(value, language)} ${told.units[unit]}`;
  if (typeof value === 'boolean' || typeof value === 'string') return String(value);
  return value === null || value.length === 0 ? told.unset : value.join(' ');
}
