import { fenceHeaders, holderHeaders } from '../account-manager/fence.js';
import {
  accountSchema,
  commandedAccountSchema,
  createAccountSchema,
  listAccountsSchema,
  patchAccountSchema,
} from '../account.js';
import { accountExportSchema, exportAccountSchema } from '../account-export.js';
import type { Operation } from '../operation.js';
import { pageOf } from '../page.js';
import { accountSnapshotSchema, pastAccountSchema, stepSeqSchema } from '../snapshot.js';
import { listTransitionsSchema, transitionSchema } from '../transition.js';
import { ACCOUNT, accountParams, ACCOUNTS } from './paths.js';

const command = (name: string, summary: string) =>
  ({
    method: 'POST',
    path: `${ACCOUNT}/${name}`,
    tag: 'accounts',
    summary: `${summary} Answers at once; the work goes on. Repeating it is harmless.`,
    params: accountParams,
    headers: holderHeaders,
    fence: 'holder',
    status: 202,
    answer: commandedAccountSchema,
    refusals: ['account_not_found', 'leased', 'lease_over', 'busy', 'store_unavailable', 'interrupted', 'quarantined'],
  }) as const;

export const ACCOUNT_OPERATIONS = {
  createAccount: {
    method: 'POST',
    path: ACCOUNTS,
    tag: 'accounts',
    summary: 'Creates an account, at rest.',
    body: createAccountSchema,
    status: 201,
    answer: accountSchema,
    refusals: ['invalid_request', 'provider_unavailable', 'store_unavailable'],
  },
  listAccounts: {
    method: 'GET',
    path: ACCOUNTS,
    tag: 'accounts',
    summary: 'Lists accounts, oldest first.',
    query: listAccountsSchema,
    status: 200,
    answer: pageOf(accountSchema),
    refusals: ['store_unavailable'],
  },
  showAccount: {
    method: 'GET',
    path: ACCOUNT,
    tag: 'accounts',
    summary: 'Shows an account as last committed.',
    params: accountParams,
    status: 200,
    answer: accountSchema,
    refusals: ['account_not_found', 'store_unavailable'],
  },
  patchAccount: {
    method: 'PATCH',
    path: ACCOUNT,
    tag: 'accounts',
    summary: 'Changes label, settings or both. New settings hold from the next session on.',
    params: accountParams,
    headers: fenceHeaders,
    fence: 'if_given',
    body: patchAccountSchema,
    status: 200,
    answer: accountSchema,
    refusals: ['invalid_request', 'account_not_found', 'lease_over', 'store_unavailable'],
  },
  deleteAccount: {
    method: 'DELETE',
    path: ACCOUNT,
    tag: 'accounts',
    summary: 'Deletes an account and ends its login where possible. Closing goes on after the answer.',
    params: accountParams,
    headers: holderHeaders,
    fence: 'holder',
    status: 204,
    answer: null,
    refusals: ['account_not_found', 'leased', 'lease_over', 'store_unavailable'],
  },
  connectAccount: command('connect', 'Wants the account connected.'),
  disconnectAccount: command('disconnect', 'Wants the account at rest; the login is kept.'),
  restartAccount: command('restart', 'Replaces the account’s session by a new one.'),
  logoutAccount: command('logout', 'Ends the login on the provider’s side; the next connection needs a new QR code.'),
  listTransitions: {
    method: 'GET',
    path: `${ACCOUNT}/transitions`,
    tag: 'accounts',
    summary: 'The account’s history, oldest first. `nextCursor` is the next `after`.',
    params: accountParams,
    query: listTransitionsSchema,
    status: 200,
    answer: pageOf(transitionSchema),
    refusals: ['account_not_found', 'store_unavailable'],
  },
  showTransition: {
    method: 'GET',
    path: `${ACCOUNT}/transitions/{seq}`,
    tag: 'accounts',
    summary: 'One step of the history, and the account as it was after it, by replay of what was recorded.',
    params: accountParams.extend({ seq: stepSeqSchema }),
    status: 200,
    answer: pastAccountSchema,
    refusals: ['account_not_found', 'step_not_found', 'step_not_replayable', 'store_unavailable'],
  },
  showSnapshot: {
    method: 'GET',
    path: `${ACCOUNT}/snapshot`,
    tag: 'accounts',
    summary: 'The machine’s snapshot as it is stored.',
    params: accountParams,
    status: 200,
    answer: accountSnapshotSchema,
    refusals: ['account_not_found', 'store_unavailable'],
  },
  exportAccount: {
    method: 'GET',
    path: `${ACCOUNT}/export`,
    tag: 'accounts',
    summary:
      'The account’s newest steps with all that a replay needs, its snapshot, and its events of the log. `olderBefore` is the next `before`.',
    params: accountParams,
    query: exportAccountSchema,
    status: 200,
    answer: accountExportSchema,
    refusals: ['account_not_found', 'store_unavailable'],
  },
} as const satisfies Record<string, Operation>;
