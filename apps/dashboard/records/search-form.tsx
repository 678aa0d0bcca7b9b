import type { ReactNode } from 'react';
import { useFleet, useWords } from '../parts/shell.js';

export interface SearchFormProps {
  readonly label: string;
  readonly className?: string;
  readonly isEmpty: boolean;
  readonly search: () => void;
  readonly clear: () => void;
  readonly children: ReactNode;
}

/** What is chosen in it takes effect at once; what is typed, when it is typed to its end. */
export function SearchForm({ label, className = '', isEmpty, search, clear, children }: SearchFormProps) {
  const { words } = useWords();
  return (
    <form
      className={`records-form ${className}`}
      role="search"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        search();
      }}
    >
      {children}
      <div className="sheet-actions">
        <button type="submit" className="button">
          {words.records.find}
        </button>
        <button type="button" className="button quiet" disabled={isEmpty} onClick={clear}>
          {words.records.clear}
        </button>
      </div>
    </form>
  );
}

export interface SearchFieldProps {
  readonly label: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export function SearchField({ label, wide, children }: SearchFieldProps) {
  return (
    <label className="records-field" data-wide={wide || undefined}>
      {label}
      {children}
    </label>
  );
}

export interface AccountFieldProps {
  readonly label: string;
  readonly wide?: boolean;
  /** Null: all. */
  readonly chosen: string | null;
  readonly choose: (id: string | null) => void;
}

export function AccountField({ label, wide, chosen, choose }: AccountFieldProps) {
  const { words } = useWords();
  const { accounts } = useFleet();
  return (
    <SearchField label={label} wide={wide}>
      <select value={chosen ?? ''} onChange={({ target }) => choose(target.value || null)}>
        <option value="">{words.records.anyAccount}</option>
        {accounts.map(({ id, label: name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </SearchField>
  );
}
