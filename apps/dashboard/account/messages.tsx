import { useLayoutEffect, useRef } from 'react';
import type { AccountView } from '#libs/contracts/account';
import type { MessageStatus, MessageView } from '#libs/contracts/message';
import { Empty } from '../parts/notice.js';
import { useNow, useWords } from '../parts/shell.js';
import { formatMoment } from '../parts/time.js';
import { Composer } from './composer.js';

export interface MessagesProps {
  readonly account: AccountView;
  readonly messages: readonly MessageView[] | null;
  readonly sent: (message: MessageView) => void;
}

export function Messages({ account, messages, sent }: MessagesProps) {
  const { words } = useWords();
  const log = useRef<HTMLOListElement>(null);
  const newest = messages?.at(-1)?.id;
  useLayoutEffect(() => log.current?.scrollTo({ top: log.current.scrollHeight }), [newest]);
  const partner = messages?.findLast(({ direction }) => direction === 'out')?.to ?? messages?.at(-1)?.from ?? '';
  return (
    <section className="panel card" aria-labelledby="messages-title">
      <h2 id="messages-title">{words.account.tabs.messages}</h2>
      {messages?.length === 0 && (
        <Empty title={words.messages.none}>
          <p>{words.messages.noneHint}</p>
        </Empty>
      )}
      {messages !== null && messages.length > 0 && (
        <ol ref={log} className="log" aria-label={words.messages.log} tabIndex={0}>
          {messages.map((message) => (
            <Message key={message.id} message={message} />
          ))}
        </ol>
      )}
      <Composer account={account} partner={partner} sent={sent} />
    </section>
  );
}

const TICKS: Readonly<Record<MessageStatus, string>> = {
  queued: '◷',
  sending: '↑',
  sent: '✓',
  delivered: '✓✓',
  read: '✓✓',
  failed: '✕',
  uncertain: '?',
  received: '',
};

function Message({ message }: { readonly message: MessageView }) {
  const { words, language } = useWords();
  const now = useNow(60_000);
  const { direction, to, from, kind, text, status, error, createdAt, revokedAt, emoji } = message;
  const said = revokedAt ? words.messages.revoked : (text ?? emoji ?? words.messages.kinds(kind));
  return (
    <li className="message" data-direction={direction} data-message={status}>
      <p className="message-text" data-quiet={revokedAt || (text === null && emoji === null) || undefined}>
        {said}
      </p>
      <p className="message-meta">
        <span>{direction === 'out' ? `→ ${to}` : from}</span>
        <time dateTime={createdAt}>{formatMoment(createdAt, now, language)}</time>
        {direction === 'out' && (
          <span className="ack">
            <span aria-hidden="true">{TICKS[status]}</span> {words.messages.status[status]}
          </span>
        )}
      </p>
      {error && (
        <p className="wrong" lang="en">
          {error.message}
        </p>
      )}
    </li>
  );
}
