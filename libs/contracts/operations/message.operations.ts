import { fenceHeaders, LEASE_BARS } from '../account-manager/fence.js';
import { idempotencyKeySchema, listMessagesSchema, messageSchema, sendMessageSchema } from '../message.js';
import { API_PREFIX, type Operation } from '../operation.js';
import { pageOf } from '../page.js';
import { ACCOUNT, accountParams, idParams } from './paths.js';

const sendHeaders = fenceHeaders.extend({ 'idempotency-key': idempotencyKeySchema.optional() });

export const MESSAGE_OPERATIONS = {
  sendMessage: {
    method: 'POST',
    path: `${ACCOUNT}/messages`,
    tag: 'messages',
    summary: 'Accepts a message: it is stored, and sent as soon as the account is connected.',
    params: accountParams,
    headers: sendHeaders,
    fence: 'stored',
    body: sendMessageSchema,
    status: 202,
    answer: messageSchema,
    refusals: [
      'account_not_found',
      'provider_unavailable',
      'not_supported',
      'target_not_found',
      'media_not_found',
      'media_too_large',
      'media_unreachable',
      'media_mismatch',
      'target_forbidden',
      'disk_full',
      'busy',
      'idempotency_conflict',
      'outbox_full',
      'leased',
      'lease_over',
      ...LEASE_BARS,
      'store_unavailable',
    ],
  },
  listMessages: {
    method: 'GET',
    path: `${ACCOUNT}/messages`,
    tag: 'messages',
    summary: 'The account’s messages, newest first.',
    params: accountParams,
    query: listMessagesSchema,
    status: 200,
    answer: pageOf(messageSchema),
    refusals: ['account_not_found', 'store_unavailable'],
  },
  showMessage: {
    method: 'GET',
    path: `${API_PREFIX}/messages/{id}`,
    tag: 'messages',
    summary: 'Shows a message.',
    params: idParams,
    status: 200,
    answer: messageSchema,
    refusals: ['message_not_found', 'store_unavailable'],
  },
} as const satisfies Record<string, Operation>;
