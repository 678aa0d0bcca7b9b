import { useRef, useState } from 'react';
import type { AccountView } from '#libs/contracts/account';
import { MESSAGE_TEXT_CHARS_MAX } from '#libs/contracts/limits/messages';
import type { MessageView } from '#libs/contracts/message';
import { useAsked } from '../parts/asked.js';
import { useShell, useWords } from '../parts/shell.js';

export interface ComposerProps {
  readonly account: AccountView;
  readonly to: string;
  readonly setTo: (to: string) => void;
  readonly sent: (message: MessageView) => void;
}

/** A key goes with each text until Muster has it, so that a second try after a lost answer sends nothing twice. */
export function Composer({ account, to, setTo, sent }: ComposerProps) {
  const { muster } = useShell();
  const { words } = useWords();
  const { busy, ask } = useAsked();
  const [text, setText] = useState('');
  const key = useRef({ of: '', key: '' });
  const send = async (): Promise<void> => {
    const message = { to: plainRecipient(to), text };
    const of = JSON.stringify(message);
    if (key.current.of !== of) key.current = { of, key: freshKey() };
    const accepted = await muster.messages.send(account.id, message, { idempotencyKey: key.current.key });
    key.current = { of: '', key: '' };
    setText((now) => (now === text ? '' : now));
    sent(accepted);
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        ask(send);
      }}
    >
      <input
        className="composer-to"
        required
        aria-label={words.messages.to}
        placeholder={words.messages.toHint}
        title={words.messages.toTold}
        pattern={RECIPIENT}
        value={to}
        onChange={({ target }) => setTo(target.value)}
      />
      <textarea
        required
        rows={1}
        aria-label={words.messages.text}
        placeholder={words.messages.textHint}
        maxLength={MESSAGE_TEXT_CHARS_MAX}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
      />
      <button type="submit" className="button primary" disabled={busy || text.trim() === '' || to.trim() === ''}>
        {words.messages.send}
      </button>
      {account.status !== 'CONNECTED' && <p className="hint composer-hint">{words.messages.offline}</p>}
    </form>
  );
}

/** As libs/contracts/message.ts has it, but that a phone may be typed with spaces and signs. */
const RECIPIENT = String.raw`\s*(\+[\d\s\(\)\-]{7,30}|[\w.\-]{1,64}@[a-z.]{1,32})\s*`;

const plainRecipient = (typed: string): string =>
  typed.trim().startsWith('+') ? typed.replaceAll(/[\s()-]/g, '') : typed.trim();

/** 128 random bits; randomUUID is not there on pages without TLS. */
function freshKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
