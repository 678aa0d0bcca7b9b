import type { MessageAction } from '#libs/contracts/content';
import { chatIdOf } from '../messages/chat-id.js';
import { type HandedOver, handOver, type HandoverEnd, handOverTexts } from '../messages/hand-over.js';
import { keyIdIn, keyIdOf } from '../messages/message-key.js';
import { levelOf } from '../messages/receipts.js';
import { type Deed, edit, react, revoke } from '../page/action-scripts.js';
import { findAck } from '../page/send-scripts.js';
import type { Page } from 'puppeteer';
import {
  type Answer,
  type Ask,
  isBadRecipient,
  no,
  type No,
  NO_CHAT,
  NOT_READY,
  type OrderedSession,
  readyPage,
  yes,
} from './order-answers.js';

/** From the order to the message's own change. The page asks the servers first, which takes a second or two. */
const REVOKE_MS_MAX = 12_000;

export async function prepare(session: OrderedSession, ask: Ask<'prepare'>): Promise<Answer<'prepare'>> {
  const page = readyPage(session);
  if (!page) return NOT_READY;
  const chatId = chatIdOf(ask.to);
  if (chatId === null) return NO_CHAT;
  const providerMessageId = await session.keys.keyOf(page, chatId, keyIdOf(ask.messageId));
  return providerMessageId === null ? NO_CHAT : yes({ providerMessageId });
}

export async function send(session: OrderedSession, ask: Ask<'send'>): Promise<Answer<'send'>> {
  const page = readyPage(session);
  if (!page) return NOT_READY;
  const wanted = wantedBy(session, ask);
  return 'ok' in wanted ? wanted : answerTo(await handOver(page, wanted));
}

export async function sendInTurn(session: OrderedSession, ask: Ask<'sendInTurn'>): Promise<Answer<'sendInTurn'>> {
  const page = readyPage(session);
  if (!page) return NOT_READY;
  const texts: HandedOver[] = [];
  let refusal: No | null = null;
  for (const message of ask.messages) {
    const wanted = wantedBy(session, message);
    if ('ok' in wanted) refusal = wanted;
    if ('ok' in wanted) break;
    texts.push(wanted);
  }
  const { handedOver, end } = await handOverTexts(page, texts);
  if (handedOver < texts.length) refusal = refusalIn(end);
  return yes({ handedOver, refusal: refusal && { why: refusal.why, detail: refusal.detail } });
}

function wantedBy(session: OrderedSession, ask: Ask<'send'>): HandedOver | No {
  const { to, content, quoted, providerMessageId: key } = ask;
  const chatId = chatIdOf(to);
  const keyId = keyIdIn(key);
  if (chatId === null) return NO_CHAT;
  if (keyId === null) return no('rejected', 'this id was not given by prepare');
  session.rememberKey(keyId, key);
  return { chatId, key, content, quoted };
}

export async function lookup(session: OrderedSession, ask: Ask<'lookup'>): Promise<Answer<'lookup'>> {
  const page = readyPage(session);
  if (!page) return NOT_READY;
  const keyId = keyIdIn(ask.providerMessageId);
  if (keyId !== null) session.rememberKey(keyId, ask.providerMessageId);
  const ack = await page.evaluate(findAck, ask.providerMessageId);
  return yes({ level: ack === null ? null : levelOf(ack) });
}

export async function act(session: OrderedSession, { action }: Ask<'act'>): Promise<Answer<'act'>> {
  const page = readyPage(session);
  if (!page) return NOT_READY;
  const deed = await doIt(page, action);
  if (deed === 'done') return yes({});
  if (deed === 'late') return no('unanswered', 'the page did not say that it was done');
  if (deed === 'unknown') return no('rejected', 'WhatsApp does not know this message any more');
  return no('rejected', deed.no);
}

function doIt(page: Page, action: MessageAction): Promise<Deed> {
  switch (action.kind) {
    case 'reaction':
      return page.evaluate(react, action.target, action.emoji);
    case 'edit':
      return page.evaluate(edit, action.target, action.text);
    case 'revoke':
      return page.evaluate(revoke, action.target, REVOKE_MS_MAX);
  }
}

/** Where the page itself said no, its own words. Only what it did not keep is certainly unsent. */
function answerTo(end: HandoverEnd): Answer<'send'> {
  return refusalIn(end) ?? yes({});
}

function refusalIn(end: HandoverEnd | 'pending' | null): No | null {
  if (end === 'no_chat') return NO_CHAT;
  if (end === 'unanswered' || end === 'pending') return no('unanswered', 'the page still works on it');
  if (end === null || typeof end === 'string') return null;
  if (end.why !== 'kept' && isBadRecipient(end.error)) return no('bad_recipient', end.error);
  const why = { kept: 'unanswered', offline: 'not_ready', refused: 'rejected', cannot: 'unsupported' } as const;
  return no(why[end.why], end.error);
}
