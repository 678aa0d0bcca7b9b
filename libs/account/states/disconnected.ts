import { accountState } from '../account.setup.js';
import { endByForce, notClosed } from './overdue-closing.js';

export const disconnected = accountState({
  description: 'At rest, as wished or after a logout.',
  entry: ['enterStatus', 'forgetQr'],
  initial: 'idle',
  states: {
    idle: {
      description: 'No session exists. Nothing runs, nothing is due.',
      entry: ['clearDeadline', 'discardLogin'],
      on: {
        'account.settle': { actions: 'discardLogin' },
        'account.connect': { target: '#account.CONNECTING.queued', actions: ['want', 'beginByPerson'] },
        'account.disconnect': { actions: 'unwant' },
        'account.logout': { actions: ['unwant', 'loginMustGo', 'tellLeftDevice', 'discardLogin'] },
      },
    },
    closing: {
      description: 'The session is asked to close, then ended by force; the account rests only when it is gone.',
      entry: ['setCloseDeadline', 'closeSession'],
      on: {
        'account.connect': {
          target: '#account.CONNECTING.closing',
          actions: ['want', 'beginByPerson', 'endFresh'],
        },
        'account.logout': { actions: 'loginMustGo' },
        'account.settle': { target: 'idle', actions: 'tellLeftDevice' },
        'session.down': { target: 'idle', actions: 'tellLeftDevice' },
        'deadline.close': endByForce,
        'deadline.kill': notClosed,
      },
    },
  },
});
