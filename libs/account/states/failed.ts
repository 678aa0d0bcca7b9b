import { accountState } from '../account.setup.js';
import { endByForce, notClosed } from './overdue-closing.js';

export const failed = accountState({
  description: 'At rest with a reason; a person must act.',
  entry: ['enterStatus', 'forgetQr'],
  on: { 'account.restore': {} },
  initial: 'idle',
  states: {
    idle: {
      description: 'No session exists. `connect` leaves it.',
      entry: ['clearDeadline', 'discardLogin'],
      on: {
        'account.settle': { actions: 'discardLogin' },
        'account.connect': { target: '#account.CONNECTING.queued', actions: ['want', 'beginByPerson'] },
        'account.restart': { target: '#account.CONNECTING.queued', actions: ['want', 'beginByPerson'] },
        'account.disconnect': { target: '#account.DISCONNECTED.idle', actions: 'unwant' },
        'account.logout': {
          target: '#account.DISCONNECTED.idle',
          actions: ['unwant', 'loginMustGo', 'tellLeftDevice'],
        },
      },
    },
    closing: {
      description: 'The session is asked to close, then ended by force.',
      entry: ['setCloseDeadline', 'closeSession'],
      on: {
        'account.connect': {
          target: '#account.CONNECTING.closing',
          actions: ['want', 'beginByPerson', 'endFresh'],
        },
        'account.restart': { target: '#account.CONNECTING.closing', actions: ['want', 'beginByPerson', 'endFresh'] },
        'account.disconnect': { target: '#account.DISCONNECTED.closing', actions: 'unwant' },
        'account.logout': { target: '#account.DISCONNECTED.closing', actions: ['unwant', 'loginMustGo'] },
        'account.settle': 'idle',
        'session.down': { target: 'idle', actions: 'rememberVerdict' },
        'deadline.close': endByForce,
        'deadline.kill': notClosed,
      },
    },
  },
});
