import { useId, useState } from 'react';
import { PROVIDERS, type Provider } from '#libs/contracts/account';
import { LABEL_CHARS_MAX } from '#libs/contracts/limits/calls';
import { useAsked } from '../parts/asked.js';
import { Dialog } from '../parts/dialog.js';
import { accountHref } from '../parts/route.js';
import { useShell, useWords } from '../parts/shell.js';

/** Asks for as little as there is to ask, and leads to the new account, where the QR code will be. */
export function AddAccount({ close }: { readonly close: () => void }) {
  const { muster, fleet } = useShell();
  const { words } = useWords();
  const { busy, ask } = useAsked();
  const [label, setLabel] = useState('');
  const [provider, setProvider] = useState<Provider>('whatsapp');
  const hint = useId();
  const save = async (): Promise<void> => {
    const account = await muster.accounts.create({ label: label.trim(), provider });
    fleet.add(account);
    close();
    location.hash = accountHref(account.id);
  };
  return (
    <Dialog title={words.add.title} close={close}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          ask(save);
        }}
      >
        <label className="field">
          {words.add.label}
          <input
            required
            autoFocus
            maxLength={LABEL_CHARS_MAX}
            value={label}
            aria-describedby={hint}
            onChange={({ target }) => setLabel(target.value)}
          />
          <span id={hint} className="hint">
            {words.add.labelHint}
          </span>
        </label>
        <ProviderChoice chosen={provider} choose={setProvider} />
        <div className="actions">
          <button type="button" className="button" onClick={close}>
            {words.cancel}
          </button>
          <button type="submit" className="button primary" disabled={busy || label.trim() === ''}>
            {words.add.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface ProviderChoiceProps {
  readonly chosen: Provider;
  readonly choose: (provider: Provider) => void;
}

function ProviderChoice({ chosen, choose }: ProviderChoiceProps) {
  const { words } = useWords();
  return (
    <fieldset className="choices">
      <legend>{words.add.provider}</legend>
      {PROVIDERS.map((name) => (
        <label key={name} className="choice">
          <input
            type="radio"
            name="provider"
            checked={chosen === name}
            disabled={name === 'telegram'}
            onChange={() => choose(name)}
          />
          {words.provider[name]}
          {name === 'telegram' && <span className="hint">{words.add.notBuilt}</span>}
        </label>
      ))}
    </fieldset>
  );
}
