import { holderHeaders } from '../account-manager/fence.js';
import { capabilitiesSchema } from '../capabilities.js';
import type { Operation } from '../operation.js';
import { outboxSchema, resumeOutboxSchema } from '../outbox.js';
import { ACCOUNT, accountParams } from './paths.js';

export const OUTBOX_OPERATIONS = {
  showOutbox: {
    method: 'GET',
    path: `${ACCOUNT}/outbox`,
    tag: 'outbox',
    summary: 'What waits to be sent, at which pace, and whether it is paused.',
    params: accountParams,
    status: 200,
    answer: outboxSchema,
    refusals: ['account_not_found', 'store_unavailable'],
  },
  pauseOutbox: {
    method: 'POST',
    path: `${ACCOUNT}/outbox/pause`,
    tag: 'outbox',
    summary: 'Nothing new is begun until it is resumed; messages are accepted and wait. Outlives a restart.',
    params: accountParams,
    headers: holderHeaders,
    fence: 'holder',
    status: 200,
    answer: outboxSchema,
    refusals: ['account_not_found', 'leased', 'lease_over', 'store_unavailable'],
  },
  resumeOutbox: {
    method: 'POST',
    path: `${ACCOUNT}/outbox/resume`,
    tag: 'outbox',
    summary: 'Sending goes on; what waits now is sent, or given up if the call says so.',
    params: accountParams,
    headers: holderHeaders,
    fence: 'holder',
    body: resumeOutboxSchema.optional(),
    status: 200,
    answer: outboxSchema,
    refusals: ['account_not_found', 'leased', 'lease_over', 'store_unavailable'],
  },
  showCapabilities: {
    method: 'GET',
    path: `${ACCOUNT}/capabilities`,
    tag: 'accounts',
    summary: 'What the account’s provider can and can’t do here.',
    params: accountParams,
    status: 200,
    answer: capabilitiesSchema,
    refusals: ['account_not_found', 'provider_unavailable', 'store_unavailable'],
  },
} as const satisfies Record<string, Operation>;
