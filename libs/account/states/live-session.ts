/**
 * What may happen to a session in any state that has one. Transitions are shared as data, so that each state's own
 * file still shows where it leads.
 */

/** What ends a live session, whatever it was doing. */
export const liveSession = {
  'account.disconnect': {
    target: '#account.DISCONNECTED.closing',
    actions: ['unwant', { type: 'endWith', params: { code: 'stopped' } }],
  },
  'account.logout': {
    target: '#account.DISCONNECTED.closing',
    actions: ['unwant', { type: 'endWith', params: { code: 'stopped' } }, 'sayGoodbye'],
  },
  'account.restart': { target: '#account.CONNECTING.closing', actions: ['launchByPerson', 'endFresh'] },
  'driver.broken': [
    {
      guard: 'mayTryOnceMore',
      target: '#account.CONNECTING.closing',
      actions: ['rememberReason', 'rememberEnding', 'rememberOnceMore'],
    },
    {
      guard: 'endsDisconnected',
      target: '#account.DISCONNECTED.closing',
      actions: ['unwant', 'rememberReason', 'rememberEnding', 'judgeLogin'],
    },
    {
      guard: 'endsFailed',
      target: '#account.FAILED.closing',
      actions: ['rememberReason', 'rememberEnding', 'judgeLogin'],
    },
    { target: '#account.CONNECTING.closing', actions: ['rememberReason', 'rememberEnding'] },
  ],
  'session.down': [
    {
      guard: 'mayTryOnceMore',
      target: '#account.CONNECTING.backingOff',
      actions: ['rememberReason', 'rememberVerdict', 'rememberOnceMore'],
    },
    {
      guard: 'endsDisconnected',
      target: '#account.DISCONNECTED.idle',
      actions: ['unwant', 'rememberReason', 'rememberVerdict', 'judgeLogin'],
    },
    { guard: 'mayRestart', target: '#account.CONNECTING.backingOff', actions: ['rememberReason', 'rememberVerdict'] },
    { target: '#account.FAILED.idle', actions: ['rememberReason', 'rememberVerdict', 'judgeLogin'] },
  ],
} as const;

/** A code in a session that no person started means that the saved login has expired. */
export const expiredLogin = {
  guard: 'loginExpired',
  target: '#account.FAILED.closing',
  actions: [{ type: 'endWith', params: { code: 'session_expired' } }, 'loginHasExpired'],
} as const;
