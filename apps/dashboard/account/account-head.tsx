import { useState } from 'react';
import type { AccountCommandName, AccountView } from '#libs/contracts/account';
import { useAsked } from '../parts/asked.js';
import { PAGES } from '../pages.js';
import { isolated } from '../parts/isolated.js';
import { FLEET_HREF, inspectorHref } from '../parts/route.js';
import { useShell, useWords } from '../parts/shell.js';
import { StatusMark } from '../parts/status-mark.js';
import { Confirm } from './confirm.js';
import { Settings } from './settings.js';

type Asking = 'logout' | 'delete' | 'settings' | null;

/** Which account this is, and what may be done with it. Every command is legal in every state; what makes sense is shown. */
export function AccountHead({ account }: { readonly account: AccountView }) {
  const [asking, setAsking] = useState<Asking>(null);
  const { busy, command: ask } = useAsked();
  const { muster, fleet } = useShell();
  const command = (name: AccountCommandName): void =>
    ask(async (under) => {
      await muster.accounts[name](account.id, under); // what comes of it, the stream tells
      setAsking(null);
    });
  const remove = (): void =>
    ask(async (under) => {
      await muster.accounts.delete(account.id, under);
      location.hash = FLEET_HREF;
      fleet.drop(account.id);
    });
  const close = (): void => setAsking(null);
  return (
    <div className="page-head">
      <div className="account-title">
        <h1>{account.label}</h1>
        <StatusMark status={account.status} />
      </div>
      <Commands account={account} busy={busy} command={command} askFor={setAsking} />
      {asking === 'settings' ? (
        <Settings account={account} close={close} />
      ) : (
        <Question
          asking={asking}
          label={account.label}
          busy={busy}
          leave={() => command('logout')}
          remove={remove}
          close={close}
        />
      )}
    </div>
  );
}

interface CommandsProps {
  readonly account: AccountView;
  readonly busy: boolean;
  readonly command: (name: AccountCommandName) => void;
  readonly askFor: (asking: Asking) => void;
}

function Commands({ account: { id, desired, status, phone }, busy, command, askFor }: CommandsProps) {
  const { words } = useWords();
  const rests = status === 'FAILED' || status === 'DISCONNECTED';
  return (
    <div className="actions">
      {PAGES.inspector && (
        <a className="button" href={inspectorHref(id)}>
          {words.pages.inspector}
        </a>
      )}
      <button type="button" className="button" onClick={() => askFor('settings')}>
        {words.account.settings}
      </button>
      {(rests || desired === 'DISCONNECTED') && (
        <button type="button" className="button primary" disabled={busy} onClick={() => command('connect')}>
          {words.account.connect}
        </button>
      )}
      {!rests && (
        <>
          <button type="button" className="button" disabled={busy} onClick={() => command('restart')}>
            {words.account.restart}
          </button>
          <button type="button" className="button" disabled={busy} onClick={() => command('disconnect')}>
            {words.account.disconnect}
          </button>
        </>
      )}
      {phone !== null && (
        <button type="button" className="button" disabled={busy} onClick={() => askFor('logout')}>
          {words.account.logout}
        </button>
      )}
      <button type="button" className="button danger" disabled={busy} onClick={() => askFor('delete')}>
        {words.account.delete}
      </button>
    </div>
  );
}

interface QuestionProps {
  readonly asking: Exclude<Asking, 'settings'>;
  readonly label: string;
  readonly busy: boolean;
  readonly leave: () => void;
  readonly remove: () => void;
  readonly close: () => void;
}

/** Says what is lost before it is. */
function Question({ asking, label, busy, leave, remove, close }: QuestionProps) {
  const { words } = useWords();
  if (asking === null) return null;
  if (asking === 'logout')
    return (
      <Confirm
        title={words.leave.title(isolated(label))}
        yes={words.account.logout}
        busy={busy}
        act={leave}
        close={close}
      >
        <p>{words.leave.text}</p>
      </Confirm>
    );
  return (
    <Confirm
      title={words.remove.title(isolated(label))}
      yes={words.remove.confirm}
      busy={busy}
      act={remove}
      close={close}
    >
      <p>{words.remove.lost}</p>
      <ul className="losses">
        {words.remove.losses.map((loss) => (
          <li key={loss}>{loss}</li>
        ))}
      </ul>
      <p>{words.remove.kept}</p>
    </Confirm>
  );
}
