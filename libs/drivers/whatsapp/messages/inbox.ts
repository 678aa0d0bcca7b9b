import type { Page } from 'puppeteer';
import {
  CATCH_UP_ANSWER_MS_MAX,
  CATCH_UP_CHATS_MAX,
  CATCH_UP_MESSAGES_MAX,
  CHATS_LISTED_MAX,
} from '#libs/contracts/limits/messages';
import { type ChatPosition, type DriverFact, driverFactSchema, type SessionOrders } from '#libs/contracts/session';
import type { DriverLog } from '../driver-log.js';
import { isOfThePage, textOf } from '../launch-failure.js';
import {
  type ChatReading,
  listNews,
  readReactions,
  readSince,
  type ReadingLimits,
  readUnread,
} from '../page/reading-scripts.js';
import type { AddressBook } from './address-book.js';
import { editOf, groupChangeOf, type PageEdit, reactionOf, revokeOf } from './changes.js';
import { addressesIn, type PageMessage, pageMessageOf, type PageReaction } from '../page/page-models.js';
import { isChat, receivedOf } from './received-message.js';
import { Recent } from './recent.js';

/** Read after ready: what came while the account was away. More waits in its chat; a page must not be busy for minutes. */
const UNREAD_CHATS_MAX = 100;
const UNREAD_MESSAGES_MAX = 500;
const UNREAD_MS_MAX = 10_000;
/** Ids of messages told, some 100 bytes each. What is told again after more than these is known downstream by its id. */
const IDS_KEPT_MAX = 5_000;
/** One reading of a chat; and how far a chat is loaded into the page's memory: some 2 KB a message. */
const READING_LIMITS = { loadedMax: 5_000, reactedMax: 50, msMax: 10_000 };
/** Reactions are on the page's disk; what it can't tell by then is left out. */
const REACTIONS_MS_MAX = 5_000;
/** After this no further chat is begun, so that the last one ends in time. */
const CATCH_UP_MS_MAX = CATCH_UP_ANSWER_MS_MAX - 2 * READING_LIMITS.msMax - 2 * REACTIONS_MS_MAX;

export interface InboxSession {
  readonly page: Page | null;
  isEnding(): boolean;
  say(fact: DriverFact): void;
}
type CatchUp = SessionOrders['catchUp'];

/**
 * What came in and what was done to messages, in the order in which the page told it. A message is told once per session,
 * whether the library spoke of it or it was found unread; a catch-up tells it again.
 */
export class Inbox {
  private readonly told = new Recent<true>(IDS_KEPT_MAX);
  /** What the page has told waits here for the names of those who wrote it; as long as it takes to ask the page once. */
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly session: InboxSession,
    private readonly book: AddressBook,
    private readonly log: DriverLog,
  ) {}

  messageCame(model: unknown): void {
    this.inTurn(model, (message) => this.tellOnce(message));
  }

  groupChanged(model: unknown): void {
    this.inTurn(model, (message) => this.tell(groupChangeOf(message, this.book)));
  }

  edited(model: unknown, edit: PageEdit): void {
    const now = Date.now();
    this.inTurn(model, (message) => this.tell(editOf(message, edit, this.book, now)));
  }

  revoked(model: unknown): void {
    const now = Date.now();
    this.inTurn(model, (message) => this.tell(revokeOf(message, this.book, now)));
  }

  reacted(reaction: PageReaction): void {
    this.turn = this.turn.then(async () => {
      await this.book.learn([reaction.sender]);
      this.tell(reactionOf(reaction, this.book));
    });
  }

  /** The library tells nothing of what came before it listened. Never rejects. */
  async readUnread(): Promise<void> {
    const { page } = this.session;
    if (!page) return;
    try {
      for (const model of await page.evaluate(readUnread, UNREAD_CHATS_MAX, UNREAD_MESSAGES_MAX, UNREAD_MS_MAX))
        this.messageCame(model);
    } catch (error) {
      // Not a reason to end: they stay unread, and are read after the next ready.
      if (!this.session.isEnding()) this.log.warn({ detail: textOf(error) }, 'unread chats could not be read');
    }
  }

  /** Rejects when the page goes away meanwhile; what was told stays told. */
  async catchUp(page: Page, { chats, otherwiseAfterMs }: CatchUp['ask']): Promise<CatchUp['answer']> {
    const until = performance.now() + CATCH_UP_MS_MAX;
    const positions = new Map(chats.map(({ chatId, afterMs }) => [chatId, afterMs]));
    const earliest = Math.min(otherwiseAfterMs ?? Infinity, ...positions.values());
    if (earliest === Infinity) return { told: 0, more: [] };
    const all = (await page.evaluate(listNews, earliest, CHATS_LISTED_MAX)).filter(({ id }) => isChat(id));
    await this.book.learn(all.map(({ id }) => id));
    const more: ChatPosition[] = [];
    let [told, read] = [0, 0];
    for (const { id, t } of all) {
      const chatId = this.book.nameOf(id);
      const afterMs = positions.get(chatId) ?? positions.get(id) ?? otherwiseAfterMs;
      if (afterMs === null || t * 1_000 <= afterMs) continue;
      const hasRoom = told < CATCH_UP_MESSAGES_MAX && read < CATCH_UP_CHATS_MAX && performance.now() < until;
      if (!hasRoom) more.push({ chatId, afterMs });
      if (!hasRoom) continue;
      read += 1;
      const limits = { ...READING_LIMITS, messagesMax: CATCH_UP_MESSAGES_MAX - told };
      const reading = await this.read(page, id, afterMs, limits);
      told += await this.tellAll(reading.messages);
      await this.tellReactions(page, reading.reacted);
      if (reading.more) more.push({ chatId, afterMs: reading.toMs });
    }
    return { told, more };
  }

  /** A chat that the page can't read is left out: it must not keep all others from being read. */
  private async read(page: Page, id: string, afterMs: number, limits: ReadingLimits): Promise<ChatReading> {
    try {
      return await page.evaluate(readSince, id, afterMs, limits);
    } catch (error) {
      if (!isOfThePage(error)) throw error;
      this.log.warn({ detail: textOf(error) }, 'a chat could not be read');
      return { messages: [], reacted: [], toMs: afterMs, more: false };
    }
  }

  private async tellAll(models: readonly unknown[]): Promise<number> {
    const messages = models.flatMap((model) => pageMessageOf(model) ?? []);
    await this.book.learn(messages.flatMap(addressesIn));
    return messages.filter((message) => this.tellAgain(message)).length;
  }

  /** Who reacted while nobody listened. Not counted as messages. */
  private async tellReactions(page: Page, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const reactions = await page.evaluate(readReactions, keys, REACTIONS_MS_MAX);
    await this.book.learn(reactions.map(({ sender }) => sender));
    for (const reaction of reactions) this.tell(reactionOf(reaction, this.book));
  }

  private inTurn(model: unknown, tell: (message: PageMessage) => void): void {
    const message = pageMessageOf(model);
    if (message === null) return this.log.warn({}, 'the page told of a message that has no shape known here');
    this.turn = this.turn.then(async () => {
      await this.book.learn(addressesIn(message));
      tell(message);
    });
  }

  private tellOnce(message: PageMessage): void {
    const received = receivedOf(message, this.book);
    if (!received || this.told.get(received.providerMessageId)) return;
    this.told.put(received.providerMessageId, true);
    this.tell({ type: 'driver.received', message: received });
  }

  /** With what was done to it since. False when there is nothing to tell. */
  private tellAgain(message: PageMessage): boolean {
    const received = receivedOf(message, this.book);
    const facts = [
      received && ({ type: 'driver.received', message: received } as const),
      received && editOf(message, null, this.book, Date.now()),
      revokeOf(message, this.book, Date.now()),
      groupChangeOf(message, this.book),
    ];
    return facts.filter((fact) => this.tell(fact)).length > 0;
  }

  /** What the page says may be anything; a fact that the contract does not know would end the whole host. */
  private tell(fact: DriverFact | null): boolean {
    if (fact === null) return false;
    const parsed = driverFactSchema.safeParse(fact);
    if (parsed.success) this.session.say(parsed.data);
    else this.log.warn({ type: fact.type, detail: textOf(parsed.error) }, 'the page told something beyond all bounds');
    return parsed.success;
  }
}
