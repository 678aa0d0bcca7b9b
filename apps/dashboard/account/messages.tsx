import { useLayoutEffect, useRef, useState } from 'react';
import type { AccountView } from '#libs/contracts/account';
import type { MessageView } from '#libs/contracts/message';
import { useAsked } from '../parts/asked.js';
import { Loading } from '../parts/loading.js';
import { Empty } from '../parts/notice.js';
import { useNow, useWords } from '../parts/shell.js';
import { type AccountNews, SHOWN_MAX } from './account-news.js';
import { Composer } from './composer.js';
import { Message } from './message.js';
import { PausedOutbox, PauseOutbox } from './outbox.js';

export interface MessagesProps {
  readonly account: AccountView;
  readonly news: AccountNews;
  readonly sent: (message: MessageView) => void;
  readonly readOlder: (cursor: string) => Promise<void>;
}

export function Messages({ account, news, sent, readOlder }: MessagesProps) {
  const { words } = useWords();
  const { messages } = news;
  const [typed, setTyped] = useState<string | null>(null);
  const partner = messages?.findLast(({ direction }) => direction === 'out')?.to ?? messages?.at(-1)?.from ?? '';
  return (
    <section className="panel card" aria-labelledby="messages-title">
      <div className="panel-head">
        <h2 id="messages-title">{words.account.tabs.messages}</h2>
        <PauseOutbox id={account.id} outbox={news.outbox} />
      </div>
      {messages === null && <Loading />}
      {messages?.length === 0 && (
        <Empty title={words.messages.none}>
          <p>{words.messages.noneHint}</p>
        </Empty>
      )}
      {messages !== null && messages.length > 0 && (
        <Log messages={messages} older={news.olderMessages} readOlder={readOlder} answer={setTyped} />
      )}
      <PausedOutbox id={account.id} outbox={news.outbox} />
      <Composer account={account} to={typed ?? partner} setTo={setTyped} sent={sent} />
    </section>
  );
}

interface LogProps {
  readonly messages: readonly MessageView[];
  readonly older: string | null;
  readonly readOlder: (cursor: string) => Promise<void>;
  readonly answer: (to: string) => void;
}

function Log({ messages, older, readOlder, answer }: LogProps) {
  const { words, language } = useWords();
  const { busy, ask } = useAsked();
  const now = useNow(60_000);
  const log = useReadingPlace(messages);
  return (
    <ol ref={log} className="log" aria-label={words.messages.log} tabIndex={0}>
      {older !== null && (
        <li className="older">
          {messages.length < SHOWN_MAX ? (
            <button type="button" className="button quiet" disabled={busy} onClick={() => ask(() => readOlder(older))}>
              {words.account.older}
            </button>
          ) : (
            <p className="hint">{words.account.olderElsewhere(SHOWN_MAX)}</p>
          )}
        </li>
      )}
      {messages.map((message) => (
        <Message key={message.id} message={message} now={now} language={language} answer={answer} />
      ))}
    </ol>
  );
}

/** Nearer to the end than this, in pixels, one reads what comes in, and follows it. */
const AT_END_PX = 80;

/** New messages come into sight for whoever was at the end; others stay where they read, also when older ones come above. */
function useReadingPlace(messages: readonly MessageView[]) {
  const log = useRef<HTMLOListElement>(null);
  const before = useRef({ oldest: '', height: 0, top: 0 });
  useLayoutEffect(() => {
    const element = log.current;
    if (!element) return;
    const { oldest, height } = before.current;
    const top = element.scrollTop;
    const wasAtEnd = height - top - element.clientHeight < AT_END_PX;
    if (height === 0 || wasAtEnd) element.scrollTop = element.scrollHeight;
    else if (messages[0]!.id < oldest) element.scrollTop = top + element.scrollHeight - height;
    before.current = { oldest: messages[0]!.id, height: element.scrollHeight, top: element.scrollTop };
  }, [messages]);
  return log;
}
