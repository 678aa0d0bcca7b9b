import { useNow, useWords } from '../../parts/shell.js';
import { formatMoment } from '../../parts/time.js';

/** Whatever a field of the context holds: plain JSON, of which times are told as times. */
export function ContextValue({ value, name = '' }: { readonly value: unknown; readonly name?: string }) {
  if (value === null || value === undefined) return <code className="nothing">{value === null ? 'null' : '–'}</code>;
  if (typeof value === 'number' && isTime(value)) return <Moment at={value} />;
  if (Array.isArray(value)) return <List values={value as readonly unknown[]} />;
  if (typeof value !== 'object')
    return <code data-name={name || undefined}>{typeof value === 'string' ? value : JSON.stringify(value)}</code>;
  return (
    <dl className="value-fields">
      {Object.entries(value as Readonly<Record<string, unknown>>).map(([inner, held]) => (
        <div key={inner}>
          <dt>{inner}</dt>
          <dd>
            <ContextValue value={held} name={inner} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Later than any count can be, and what milliseconds since 1970 have been since 2001. */
const isTime = (value: number): boolean => value > 1e12;

function Moment({ at }: { readonly at: number }) {
  const { language } = useWords();
  const now = useNow(60_000);
  const iso = new Date(at).toISOString();
  return (
    <time dateTime={iso} title={iso}>
      {formatMoment(iso, now, language)}
    </time>
  );
}

function List({ values }: { readonly values: readonly unknown[] }) {
  if (values.length === 0) return <code>[]</code>;
  return (
    <ul className="value-list">
      {values.map((value, i) => (
        <li key={i}>
          <ContextValue value={value} />
        </li>
      ))}
    </ul>
  );
}
