import { accountState } from '../account.setup.js';
import { expiredLogin, liveSession } from './live-session.js';

export const authenticating = accountState({
  description: 'The login was accepted; the account synchronises.',
  entry: [
    'enterStatus',
    'loginIsAccepted',
    'outageIsOver',
    { type: 'setDeadline', params: { name: 'authentication' } },
  ],
  on: {
    ...liveSession,
    'account.settle': [
      {
        guard: 'pairingWasUnfinished',
        target: 'DISCONNECTED.idle',
        actions: { type: 'show', params: { code: 'pairing_interrupted' } },
      },
      { target: 'DISCONNECTED.idle', actions: { type: 'show', params: { code: 'not_restored' } } },
    ],
    'driver.qr': [expiredLogin, { target: 'QR_READY', actions: 'rememberQr' }],
    // Without its line to the provider no account becomes ready; that is no crash of its session.
    'driver.degraded': { target: '.syncing', actions: ['rememberReason', 'rememberOutage'] },
    'deadline.authentication': {
      target: 'CONNECTING.closing',
      actions: { type: 'endByOutage', params: { unlessTold: 'never_ready' } },
    },
  },
  initial: 'syncing',
  states: {
    syncing: {
      description: 'Waits until the library says ready.',
      on: { 'driver.ready': { target: 'verifying', actions: ['rememberPhone', 'outageIsOver'] } },
    },
    verifying: {
      description: 'Said ready; the page must answer a probe before anybody may rely on it.',
      entry: 'probeSession',
      on: {
        'driver.probed': { target: '#account.CONNECTED', actions: 'rememberPhone' },
        'deadline.authentication': {
          target: '#account.CONNECTING.closing',
          actions: { type: 'endByOutage', params: { unlessTold: 'probe_unanswered' } },
        },
      },
    },
  },
});
