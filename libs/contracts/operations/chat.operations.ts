import { holderHeaders } from '../account-manager/fence.js';
import {
  chatIdSchema,
  chatSchema,
  contactSchema,
  groupSchema,
  historyLineSchema,
  listChatsSchema,
  listContactsSchema,
  listedOf,
  listHistorySchema,
  registeredQuerySchema,
  registeredSchema,
  typingSchema,
} from '../chat.js';
import type { Operation } from '../operation.js';
import { pageOf } from '../page.js';
import { ACCOUNT, accountParams } from './paths.js';

const chatParams = accountParams.extend({ chatId: chatIdSchema });
const contactParams = accountParams.extend({ contactId: chatIdSchema });
/** All of them ask the connected session. */
const refusals = [
  'account_not_found',
  'not_connected',
  'not_supported',
  'provider_refused',
  'session_unanswered',
  'store_unavailable',
] as const;
const ofOne = [...refusals, 'chat_not_found'] as const;
/** What others see is done by the holder of a lease alone, while there is one. */
const fenced = [...ofOne, 'leased', 'lease_over'] as const;

export const CHAT_OPERATIONS = {
  listChats: {
    method: 'GET',
    path: `${ACCOUNT}/chats`,
    tag: 'chats',
    summary: 'The chats of a connected account, latest first, as the provider has them now.',
    params: accountParams,
    query: listChatsSchema,
    status: 200,
    answer: listedOf(chatSchema),
    refusals,
  },
  showChat: {
    method: 'GET',
    path: `${ACCOUNT}/chats/{chatId}`,
    tag: 'chats',
    summary: 'One chat, by its id or by a phone.',
    params: chatParams,
    status: 200,
    answer: chatSchema,
    refusals: ofOne,
  },
  listHistory: {
    method: 'GET',
    path: `${ACCOUNT}/chats/{chatId}/history`,
    tag: 'chats',
    summary:
      'The newest messages of a chat as the provider has them, oldest first. What Muster stored: GET …/messages?chatId=.',
    params: chatParams,
    query: listHistorySchema,
    status: 200,
    answer: pageOf(historyLineSchema),
    refusals: ofOne,
  },
  readChat: {
    method: 'POST',
    path: `${ACCOUNT}/chats/{chatId}/read`,
    tag: 'chats',
    summary: 'Marks all messages of a chat as read; their senders may see it.',
    params: chatParams,
    headers: holderHeaders,
    fence: 'holder',
    status: 204,
    answer: null,
    refusals: fenced,
  },
  typeInChat: {
    method: 'POST',
    path: `${ACCOUNT}/chats/{chatId}/typing`,
    tag: 'chats',
    summary: 'Shows the other side “typing…” or “recording…” for some seconds, or takes it back.',
    params: chatParams,
    headers: holderHeaders,
    fence: 'holder',
    body: typingSchema.optional(),
    status: 204,
    answer: null,
    refusals: fenced,
  },
  showGroup: {
    method: 'GET',
    path: `${ACCOUNT}/chats/{chatId}/group`,
    tag: 'chats',
    summary: 'A group with its members.',
    params: chatParams,
    status: 200,
    answer: groupSchema,
    refusals: ofOne,
  },
  listContacts: {
    method: 'GET',
    path: `${ACCOUNT}/contacts`,
    tag: 'chats',
    summary: 'The contacts of a connected account, as the provider has them now.',
    params: accountParams,
    query: listContactsSchema,
    status: 200,
    answer: listedOf(contactSchema),
    refusals,
  },
  showContact: {
    method: 'GET',
    path: `${ACCOUNT}/contacts/{contactId}`,
    tag: 'chats',
    summary: 'One contact, by its id or by a phone.',
    params: contactParams,
    status: 200,
    answer: contactSchema,
    refusals: ofOne,
  },
  isRegistered: {
    method: 'GET',
    path: `${ACCOUNT}/registered`,
    tag: 'chats',
    summary: 'Can this phone number be written to?',
    params: accountParams,
    query: registeredQuerySchema,
    status: 200,
    answer: registeredSchema,
    refusals,
  },
} as const satisfies Record<string, Operation>;
