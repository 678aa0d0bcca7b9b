import { useState } from 'react';
import type { AccountView, PatchAccount } from '#libs/contracts/account';
import { LABEL_CHARS_MAX } from '#libs/contracts/limits/calls';
import { Dialog } from '../parts/dialog.js';
import { useShell, useWords } from '../parts/shell.js';
import { TroubleText } from '../parts/trouble.js';
import {
  defaultOf,
  faultsOf,
  faultsToldBy,
  fieldsOf,
  type SettingField,
  typedOf,
  withTyped,
} from './settings-fields.js';

export interface SettingsProps {
  readonly account: AccountView;
  readonly close: () => void;
}

/** The label, the pace of sending, and what else its provider lets be set. */
export function Settings({ account, close }: SettingsProps) {
  const { words } = useWords();
  const fields = fieldsOf(account.provider);
  const [label, setLabel] = useState(account.label);
  const [typed, setTyped] = useState(() => typedOf(account.settings, fields));
  const { busy, faults, refusal, save } = useSaving(account, fields, close);
  const field = (one: SettingField) => (
    <Field
      key={one.path}
      field={one}
      value={typed[one.path] ?? ''}
      wrong={faults.has(one.path)}
      change={(value) => setTyped({ ...typed, [one.path]: value })}
    />
  );
  return (
    <Dialog title={words.settings.title} close={close} wide>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save(label, typed);
        }}
      >
        <label className="field">
          {words.add.label}
          <input required maxLength={LABEL_CHARS_MAX} value={label} onChange={({ target }) => setLabel(target.value)} />
        </label>
        <fieldset className="settings">
          <legend>{words.settings.pace}</legend>
          <p className="hint">{words.settings.paceHint}</p>
          {fields.filter(({ path }) => path.startsWith('pace.')).map(field)}
        </fieldset>
        {account.provider === 'simulated' && (
          <fieldset className="settings">
            <legend>{words.settings.simulated}</legend>
            <p className="hint">{words.settings.simulatedHint}</p>
            {fields.filter(({ path }) => !path.startsWith('pace.')).map(field)}
          </fieldset>
        )}
        {refusal !== null && (
          <div role="alert" className="wrong">
            <TroubleText error={refusal} />
          </div>
        )}
        <div className="actions">
          <button type="button" className="button" onClick={close}>
            {words.cancel}
          </button>
          <button type="submit" className="button primary" disabled={busy || label.trim() === ''}>
            {words.settings.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** What is refused stays in the dialog, beside what was typed. */
function useSaving(account: AccountView, fields: readonly SettingField[], close: () => void) {
  const { muster } = useShell();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [faults, setFaults] = useState<ReadonlySet<string>>(new Set());
  const save = (label: string, typed: Readonly<Record<string, string>>): void => {
    const settings = withTyped(account.settings, fields, typed);
    const found = faultsOf(settings, account.provider);
    setFaults(found);
    setRefusal(null);
    if (fields.some(({ path }) => found.has(path)) || busy) return; // what has no field here, the API tells
    setBusy(true);
    muster.accounts
      .patch(account.id, { label: label.trim(), settings: settings as PatchAccount['settings'] })
      .then(close, (error: unknown) => {
        setFaults(faultsToldBy(error));
        setRefusal(error);
      }) // what came of it, the stream tells
      .finally(() => setBusy(false));
  };
  return { busy, faults, refusal, save };
}

interface FieldProps {
  readonly field: SettingField;
  readonly value: string;
  readonly wrong: boolean;
  readonly change: (value: string) => void;
}

function Field({ field: { path, kind, choices, share }, value, wrong, change }: FieldProps) {
  const { words } = useWords();
  const usual = defaultOf(path) ?? (path.startsWith('pace.') ? words.settings.usual : '');
  return (
    <label className="field">
      {words.settings.fields[path]}
      {kind === 'choice' ? (
        <select value={value} onChange={({ target }) => change(target.value)}>
          <option value="">{words.settings.usual}</option>
          {choices?.map((choice) => (
            <option key={choice} value={choice}>
              {words.settings.scans[choice as keyof typeof words.settings.scans]}
            </option>
          ))}
        </select>
      ) : (
        <input
          type={kind === 'count' ? 'number' : 'text'}
          min={0}
          step={share ? 0.1 : 1}
          value={value}
          placeholder={usual}
          aria-invalid={wrong || undefined}
          onChange={({ target }) => change(target.value)}
        />
      )}
      {wrong && <span className="wrong">{words.settings.wrong}</span>}
    </label>
  );
}
