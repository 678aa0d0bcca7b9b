import { accountState } from '../account.setup.js';
import { liveSession } from './live-session.js';

export const connected = accountState({
  description: 'Ready and probed.',
  entry: ['enterStatus', 'connected'],
  exit: 'forgiveWhatHeld',
  on: {
    ...liveSession,
    'account.settle': {
      target: 'DISCONNECTED.idle',
      actions: { type: 'show', params: { code: 'not_restored' } },
    },
  },
  initial: 'online',
  states: {
    online: {
      description: 'Messages go out and come in.',
      entry: ['clearDeadline', 'connected', 'outageIsOver'],
      on: {
        'driver.degraded': { target: 'degraded', actions: ['rememberReason', 'rememberOutage'] },
        'account.recycle': {
          target: '#account.CONNECTING.closing',
          actions: ['launchBySupervisor', { type: 'endWith', params: { code: 'recycled' } }],
        },
      },
    },
    degraded: {
      description: 'The session lives but cannot reach the provider; sends wait.',
      entry: 'setDegradedDeadline',
      on: {
        'driver.degraded': { actions: ['rememberReason', 'rememberOutage', 'setDegradedDeadline'] },
        'driver.ready': { target: 'online', actions: 'rememberPhone' },
        'deadline.degraded': {
          target: '#account.CONNECTING.closing',
          actions: { type: 'endByOutage', params: { unlessTold: 'network_unreachable' } },
        },
      },
    },
  },
});
