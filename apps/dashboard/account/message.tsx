import { memo } from 'react';
import type { MessageStatus, MessageView } from '#libs/contracts/message';
import { useWords } from '../parts/shell.js';
import { formatMoment } from '../parts/time.js';
import type { Language } from '../words/language.js';

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
}

export const Message = memo(function Message({ message, now, language }: MessageProps) {
  const { words } = useWords();
  const { direction, to, from, kind, text, media, status, error, createdAt, revokedAt, emoji } = message;
  const thing = [words.messages.kinds[kind], media?.filename].filter(Boolean).join(': ');
  const said = revokedAt ? words.messages.revoked : (text ?? emoji ?? thing);
  const why = error && (words.sending.errors as Readonly<Record<string, string>>)[error.code];
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
        <p className="wrong" lang={why ? undefined : 'en'}>
          {why ?? error.message}
        </p>
      )}
    </li>
  );
});
