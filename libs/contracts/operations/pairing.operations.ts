import { holderHeaders } from '../account-manager/fence.js';
import type { Operation } from '../operation.js';
import { pairingCodeSchema, qrSchema, requestPairingCodeSchema } from '../pairing.js';
import { ACCOUNT, accountParams } from './paths.js';

export const PAIRING_OPERATIONS = {
  showQr: {
    method: 'GET',
    path: `${ACCOUNT}/qr`,
    tag: 'pairing',
    summary: 'The QR code to scan, as payload or picture (header Accept).',
    params: accountParams,
    status: 200,
    answer: qrSchema,
    otherTypes: ['image/png', 'image/svg+xml'],
    refusals: ['account_not_found', 'qr_not_ready', 'not_acceptable'],
  },
  requestPairingCode: {
    method: 'POST',
    path: `${ACCOUNT}/pairing-code`,
    tag: 'pairing',
    summary: 'Asks for a code to type on the phone instead of scanning a QR code.',
    params: accountParams,
    headers: holderHeaders,
    fence: 'holder',
    body: requestPairingCodeSchema,
    status: 200,
    answer: pairingCodeSchema,
    refusals: [
      'account_not_found',
      'leased',
      'lease_over',
      'pairing_code_not_ready',
      'not_supported',
      'session_unanswered',
    ],
  },
} as const satisfies Record<string, Operation>;
