import { z } from 'zod';
import {
  accountIdSchema,
  accountSchema,
  commandedAccountSchema,
  createAccountSchema,
  listAccountsSchema,
  patchAccountSchema,
} from './account.js';
import { checkSchema, healthSchema, rootSchema } from './health.js';
import { machineDefinitionSchema } from './machine-definition.js';
import { idempotencyKeySchema, listMessagesSchema, messageSchema, sendMessageSchema } from './message.js';
import { API_PREFIX, type Operation } from './operation.js';
import { pageOf } from './page.js';
import { pairingCodeSchema, qrSchema, requestPairingCodeSchema } from './pairing.js';
import { accountSnapshotSchema } from './snapshot.js';
import { listTransitionsSchema, transitionSchema } from './transition.js';

/** Ids are compared as text by those who hold accounts in memory, so upper case is turned into lower case here. */
const idParams = z.object({ id: accountIdSchema.toLowerCase() });
const messageParams = z.object({ id: z.uuid().toLowerCase() });
const sendHeaders = z.object({ 'idempotency-key': idempotencyKeySchema.optional() });

const accounts = `${API_PREFIX}/accounts` as const;
const account = `${accounts}/{id}` as const;

const command = (name: string, summary: string) =>
  ({
    method: 'POST',
    path: `${account}/${name}`,
    tag: 'accounts',
    summary: `${summary} Answers at once; the work goes on. Repeating it is harmless.`,
    params: idParams,
    status: 202,
    answer: commandedAccountSchema,
    refusals: ['account_not_found', 'busy', 'store_unavailable', 'interrupted', 'quarantined'],
  }) as const;

/** Every call of the API. Server, client, openapi.json and /docs are made from this table. */
export const OPERATIONS = {
  createAccount: {
    method: 'POST',
    path: accounts,
    tag: 'accounts',
    summary: 'Creates an account, at rest.',
    body: createAccountSchema,
    status: 201,
    answer: accountSchema,
    refusals: ['provider_unavailable', 'store_unavailable'],
  },
  listAccounts: {
    method: 'GET',
    path: accounts,
    tag: 'accounts',
    summary: 'Lists accounts, oldest first.',
    query: listAccountsSchema,
    status: 200,
    answer: pageOf(accountSchema),
    refusals: ['store_unavailable'],
  },
  showAccount: {
    method: 'GET',
    path: account,
    tag: 'accounts',
    summary: 'Shows an account as last committed.',
    params: idParams,
    status: 200,
    answer: accountSchema,
    refusals: ['account_not_found', 'store_unavailable'],
  },
  patchAccount: {
    method: 'PATCH',
    path: account,
    tag: 'accounts',
    summary: 'Changes label, settings or both. New settings hold from the next session on.',
    params: idParams,
    body: patchAccountSchema,
    status: 200,
    answer: accountSchema,
    refusals: ['account_not_found', 'store_unavailable'],
  },
  deleteAccount: {
    method: 'DELETE',
    path: account,
    tag: 'accounts',
    summary: 'Deletes an account and ends its login where possible. Closing goes on after the answer.',
    params: idParams,
    status: 204,
    answer: null,
    refusals: ['account_not_found', 'store_unavailable'],
  },
  connectAccount: command('connect', 'Wants the account connected.'),
  disconnectAccount: command('disconnect', 'Wants the account at rest; the login is kept.'),
  restartAccount: command('restart', 'Replaces the account’s session by a new one.'),
  logoutAccount: command('logout', 'Ends the login on the provider’s side; the next connection needs a new QR code.'),
  showQr: {
    method: 'GET',
    path: `${account}/qr`,
    tag: 'pairing',
    summary: 'The QR code to scan, as payload or picture (header Accept).',
    params: idParams,
    status: 200,
    answer: qrSchema,
    otherTypes: ['image/png', 'image/svg+xml'],
    refusals: ['account_not_found', 'qr_not_ready', 'not_acceptable'],
  },
  requestPairingCode: {
    method: 'POST',
    path: `${account}/pairing-code`,
    tag: 'pairing',
    summary: 'Asks for a code to type on the phone instead of scanning a QR code.',
    params: idParams,
    body: requestPairingCodeSchema,
    status: 200,
    answer: pairingCodeSchema,
    refusals: ['account_not_found', 'pairing_code_not_ready', 'not_supported', 'session_unanswered'],
  },
  listTransitions: {
    method: 'GET',
    path: `${account}/transitions`,
    tag: 'accounts',
    summary: 'The account’s history, oldest first. `nextCursor` is the next `after`.',
    params: idParams,
    query: listTransitionsSchema,
    status: 200,
    answer: pageOf(transitionSchema),
    refusals: ['account_not_found', 'store_unavailable'],
  },
  showSnapshot: {
    method: 'GET',
    path: `${account}/snapshot`,
    tag: 'accounts',
    summary: 'The machine’s snapshot as it is stored.',
    params: idParams,
    status: 200,
    answer: accountSnapshotSchema,
    refusals: ['account_not_found', 'store_unavailable'],
  },
  sendMessage: {
    method: 'POST',
    path: `${account}/messages`,
    tag: 'messages',
    summary: 'Accepts a message: it is stored, and sent as soon as the account is connected.',
    params: idParams,
    headers: sendHeaders,
    body: sendMessageSchema,
    status: 202,
    answer: messageSchema,
    refusals: ['account_not_found', 'idempotency_conflict', 'outbox_full', 'store_unavailable'],
  },
  listMessages: {
    method: 'GET',
    path: `${account}/messages`,
    tag: 'messages',
    summary: 'The account’s messages, newest first.',
    params: idParams,
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
    params: messageParams,
    status: 200,
    answer: messageSchema,
    refusals: ['message_not_found', 'store_unavailable'],
  },
  showMachine: {
    method: 'GET',
    path: `${API_PREFIX}/machines/account`,
    tag: 'machines',
    summary: 'The account machine as data, for drawing.',
    status: 200,
    answer: machineDefinitionSchema,
    refusals: [],
  },
  showRoot: {
    method: 'GET',
    path: '/',
    tag: 'runtime',
    summary: 'Name, version and phase of this runtime.',
    status: 200,
    answer: rootSchema,
    refusals: [],
  },
  showHealth: {
    method: 'GET',
    path: '/health',
    tag: 'runtime',
    summary: 'All parts, all accounts, memory. An account that is down never makes the runtime unhealthy.',
    status: 200,
    answer: healthSchema,
    downStatus: 503,
    refusals: [],
  },
  showLiveness: {
    method: 'GET',
    path: '/health/live',
    tag: 'runtime',
    summary: 'Does the process answer?',
    status: 200,
    answer: checkSchema,
    refusals: [],
    open: true,
  },
  showReadiness: {
    method: 'GET',
    path: '/health/ready',
    tag: 'runtime',
    summary: 'May calls be sent here: store, event loop, phase.',
    status: 200,
    answer: checkSchema,
    downStatus: 503,
    refusals: [],
    open: true,
  },
  showMetrics: {
    method: 'GET',
    path: '/metrics',
    tag: 'runtime',
    summary: 'Metrics in the text format of Prometheus.',
    status: 200,
    answer: null,
    otherTypes: ['text/plain'],
    refusals: [],
  },
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;
type Parts = { readonly [Name in OperationName]: (typeof OPERATIONS)[Name] };
type PartOf<Name extends OperationName, Part extends string> = Parts[Name] extends {
  readonly [P in Part]: infer S extends z.ZodType;
}
  ? S
  : never;
type InputParts = 'params' | 'query' | 'headers' | 'body';

/** What a handler gets: each part of the request, read and with its defaults. */
export type OperationInput<Name extends OperationName> = {
  readonly [Part in InputParts as PartOf<Name, Part> extends never ? never : Part]: z.output<PartOf<Name, Part>>;
};
/** What a caller gives: the same before it was read. */
export type OperationAsk<Name extends OperationName> = {
  readonly [Part in InputParts as PartOf<Name, Part> extends never ? never : Part]: z.input<PartOf<Name, Part>>;
};
export type OperationAnswer<Name extends OperationName> = Parts[Name]['answer'] extends infer S extends z.ZodType
  ? z.output<S>
  : null;
