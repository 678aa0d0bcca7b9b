import { accountState } from '../account.setup.js';
import { liveSession } from './live-session.js';

const noCodesLeft = {
  target: '#account.DISCONNECTED.closing',
  actions: ['unwant', { type: 'endWith', params: { code: 'qr_not_scanned' } }],
} as const;

export const qrReady = accountState({
  description: 'A code is on show; a person must scan it with the phone.',
  entry: ['enterStatus', 'loginIsRefused', { type: 'setDeadline', params: { name: 'scan' } }],
  exit: 'forgetQr',
  on: {
    ...liveSession,
    'account.settle': {
      target: 'DISCONNECTED.idle',
      actions: { type: 'show', params: { code: 'pairing_interrupted' } },
    },
    'driver.qr': [{ guard: 'codesLeft', actions: 'rememberQr' }, noCodesLeft],
    'driver.scanned': 'AUTHENTICATING',
    'driver.ready': { target: 'AUTHENTICATING.verifying', actions: 'rememberPhone' },
    'deadline.scan': noCodesLeft,
  },
});
