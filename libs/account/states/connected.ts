import { accountState } from '../account.setup.js';
import { liveSession } from './live-session.js';

export const connected = accountState({
  description: 'Ready and probed.',
  entry: ['enterStatus', 'connected'],
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
      entry: ['clearDeadline', 'connected'],
      on: { 'driver.degraded': { target: 'degraded', actions: 'rememberReason' } },
    },
    degraded: {
      description: 'The session lives but cannot reach the provider; sends wait.',
      entry: { type: 'setDeadline', params: { name: 'degraded' } },
      on: {
        'driver.ready': { target: 'online', actions: 'rememberPhone' },
        'deadline.degraded': {
          target: '#account.CONNECTING.closing',
          actions: { type: 'endWith', params: { code: 'network_unreachable' } },
        },
      },
    },
  },
});
