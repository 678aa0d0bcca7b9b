import type { ReceivedMessage } from '#libs/contracts/session';
import type { DriverLog } from '../driver-log.js';
import { textOf } from '../launch-failure.js';
import { phonesOf, readUnread } from '../page/page-scripts.js';
import { type PageMessage, receivedOf } from './received-message.js';
import { Recent } from './recent.js';
import type { WhatsappClient } from '../whatsapp.client.js';

/** Read after ready: what came while the account was away. More waits in its chat; a page must not be busy for minutes. */
const UNREAD_CHATS_MAX = 100;
const UNREAD_MESSAGES_MAX = 500;
/** Ids of messages told, some 100 bytes each. What is told again after more than these is known downstream by its id. */
const IDS_KEPT_MAX = 5_000;

export interface InboxSession {
  readonly client: WhatsappClient | null;
  isEnding(): boolean;
  received(message: ReceivedMessage): void;
}

/** What came in, told once per session, whether the library spoke of it or it was found unread. */
export class Inbox {
  private readonly told = new Recent<true>(IDS_KEPT_MAX);

  constructor(
    private readonly session: InboxSession,
    private readonly log: DriverLog,
  ) {}

  /** The library tells nothing of what came before it listened. Never rejects. */
  async readUnread(): Promise<void> {
    const page = this.session.client?.pupPage;
    if (!page) return;
    try {
      await this.take(await page.evaluate(readUnread, UNREAD_CHATS_MAX, UNREAD_MESSAGES_MAX));
    } catch (error) {
      // Not a reason to end: they stay unread, and are read after the next ready.
      if (!this.session.isEnding()) this.log.warn({ detail: textOf(error) }, 'unread chats could not be read');
    }
  }

  /** Never rejects. */
  async take(messages: readonly PageMessage[]): Promise<void> {
    const phones = await this.phonesBehind(messages);
    for (const message of messages) {
      const { chat, author } = message;
      const received = receivedOf({ ...message, chat: phones[chat] ?? chat, author: phones[author] ?? author });
      if (!received || this.told.get(received.providerMessageId)) continue;
      this.told.put(received.providerMessageId, true);
      this.session.received(received);
    }
  }

  /** Who writes under an anonymous id (LID) is told by phone where the page knows it, so that a chat has one name. */
  private async phonesBehind(messages: readonly PageMessage[]): Promise<Readonly<Record<string, string>>> {
    const ids = new Set(messages.flatMap(({ chat, author }) => [chat, author]).filter((id) => id.endsWith('@lid')));
    const page = this.session.client?.pupPage;
    if (ids.size === 0 || !page) return {};
    return page.evaluate(phonesOf, [...ids]).catch(() => ({})); // told under the id, rather than not at all
  }
}
