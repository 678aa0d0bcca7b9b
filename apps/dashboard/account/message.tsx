import { memo } from 'react';
import type { MessageStatus, MessageView } from '#libs/contracts/message';
import { useWords } from '../parts/shell.js';
import { formatMoment } from '../parts/time.js';
import type { Language } from '../words/language.js';
import { momentOf } from './message-moment.js';

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

export interface MessageProps {
  readonly message: MessageView;
  readonly now: number;
  readonly language: Language;
  readonly answer: (to: string) => void;
}

export const Message = memo(function Message({ message, now, language, answer }: MessageProps) {
  const { words } = useWords();
  const { direction, to, kind, text, media, status, error, revokedAt, emoji } = message;
  const moment = momentOf(message);
  const thing = [words.messages.kinds[kind], media?.filename].filter(Boolean).join(': ');
  const said = revokedAt ? words.messages.revoked : (text ?? emoji ?? thing);
  const why = error && (words.sending.errors as Readonly<Record<string, string>>)[error.code];
  return (
    <li className="message" data-direction={direction} data-message={status}>
      <p className="message-text" data-quiet={revokedAt || (text === null && emoji === null) || undefined}>
        {said}
      </p>
      <p className="message-meta">
        {direction === 'out' ? <span>→ {to}</span> : <Sender message={message} answer={answer} />}
        <time dateTime={moment}>{formatMoment(moment, now, language)}</time>
        {direction === 'out' && (
          <span className="ack">
            <span aria-hidden="true">{TICKS[status]}</span> {words.messages.status[status]}
          </span>
        )}
      </p>
      {error && (
        <p className="wrong" lang={why ? undefined : 'en'}>
          {why ?? error.message}
        </p>
      )}
    </li>
  );
});

/** What is sent in a group is answered there. */
function Sender({ message: { from, chatId }, answer }: Pick<MessageProps, 'message' | 'answer'>) {
  const { words } = useWords();
  const who = from ?? chatId;
  const to = chatId.endsWith('@g.us') ? chatId : who;
  return (
    <button type="button" className="link" aria-label={words.messages.answer(who)} onClick={() => answer(to)}>
      {who}
    </button>
  );
}
