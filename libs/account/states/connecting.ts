import { accountState } from '../account.setup.js';
import { expiredLogin, liveSession } from './live-session.js';
import { endByForce, notClosed } from './overdue-closing.js';

/** Without a session there is nothing to close. */
const endsAtOnce = {
  'account.disconnect': {
    target: '#account.DISCONNECTED.idle',
    actions: ['unwant', { type: 'show', params: { code: 'stopped' } }],
  },
  'account.logout': {
    target: '#account.DISCONNECTED.idle',
    actions: ['unwant', 'loginMustGo', { type: 'show', params: { code: 'stopped' } }, 'tellLeftDevice'],
  },
} as const;

export const connecting = accountState({
  description: 'On the way up, or waiting for the next attempt.',
  entry: ['enterStatus', 'forgetQr'],
  on: {
    'account.settle': [
      {
        guard: 'pairingWasUnfinished',
        target: '#account.DISCONNECTED.idle',
        actions: { type: 'show', params: { code: 'pairing_interrupted' } },
      },
      { target: '#account.DISCONNECTED.idle', actions: { type: 'show', params: { code: 'not_restored' } } },
    ],
  },
  initial: 'queued',
  states: {
    queued: {
      description: 'Waits for its turn to launch. No session exists.',
      entry: [{ type: 'setDeadline', params: { name: 'queue' } }, 'requestLaunch'],
      on: {
        'launch.granted': 'launching',
        'deadline.queue': {
          target: 'backingOff',
          actions: { type: 'showUnlessFallen', params: { code: 'launch_queue_full' } },
        },
        // Restarts may be held back while many accounts fail at once; a person's wish is not.
        'account.connect': { guard: 'startedBySupervisor', actions: ['want', 'launchByPerson', 'requestLaunch'] },
        'account.restart': { guard: 'startedBySupervisor', actions: ['launchByPerson', 'requestLaunch'] },
        ...endsAtOnce,
      },
    },
    launching: {
      description: 'The session opens; the first sign of the provider is due.',
      entry: ['newIncarnation', { type: 'setDeadline', params: { name: 'launch' } }, 'openSession'],
      on: {
        ...liveSession,
        'driver.qr': [expiredLogin, { target: '#account.QR_READY', actions: 'rememberQr' }],
        'driver.scanned': '#account.AUTHENTICATING',
        'driver.ready': { target: '#account.AUTHENTICATING.verifying', actions: 'rememberPhone' },
        'driver.waiting': { actions: 'rememberOutage' },
        'deadline.launch': {
          target: 'closing',
          actions: { type: 'endByOutage', params: { unlessTold: 'page_unreachable' } },
        },
      },
    },
    backingOff: {
      description: 'The last session ended; the next attempt has a time. No session exists.',
      entry: 'waitForNextAttempt',
      on: {
        'deadline.backoff': 'queued',
        'account.restore': {},
        'account.connect': { target: 'queued', actions: ['want', 'launchByPerson'] },
        'account.restart': { target: 'queued', actions: 'launchByPerson' },
        ...endsAtOnce,
      },
    },
    closing: {
      description: 'The old session goes before a new one may come.',
      entry: ['setCloseDeadline', 'closeSession'],
      on: {
        'session.down': [
          { guard: 'personWantsFreshSession', target: 'queued', actions: 'tellLeftDevice' },
          { guard: 'isRecycled', target: 'queued', actions: 'rememberVerdict' },
          { guard: 'triesOnceMore', target: 'backingOff', actions: ['rememberReason', 'rememberVerdict'] },
          { guard: 'mayRestart', target: 'backingOff', actions: ['rememberReason', 'rememberVerdict'] },
          // What rests DISCONNECTED never closes here, and whatever comes to light in a close does not change why it is closed.
          { target: '#account.FAILED.idle', actions: ['rememberReason', 'rememberVerdict', 'judgeLogin'] },
        ],
        'account.disconnect': {
          target: '#account.DISCONNECTED.closing',
          actions: ['unwant', { type: 'endWith', params: { code: 'stopped' } }],
        },
        'account.logout': {
          target: '#account.DISCONNECTED.closing',
          actions: ['unwant', { type: 'endWith', params: { code: 'stopped' } }, 'loginMustGo'],
        },
        // Whoever says it does not want to wait for the back-off; the old session goes first all the same.
        'account.connect': { actions: ['want', 'launchByPerson', 'endFresh'] },
        'account.restart': { actions: ['launchByPerson', 'endFresh'] },
        // The process died while the session went; the wait before the one session more begins now.
        'account.restore': { guard: 'triesOnceMore', target: 'backingOff', actions: 'launchBySupervisor' },
        'deadline.close': endByForce,
        'deadline.kill': notClosed,
      },
    },
  },
});
