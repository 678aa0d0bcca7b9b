import { assign, setup } from 'xstate';
import { BACKOFF_MS_MAX, QR_ATTEMPTS_MAX } from '#libs/contracts/limits';
import { type ReasonCode, type ReasonEntry, REASONS } from '#libs/contracts/reasons';
import {
  ACCOUNT_DEADLINES,
  type AccountContext,
  type AccountDeadlines,
  newAccountContext,
  NO_CRASHES,
} from './account.context.js';
import type { AccountEvent, DeadlineName } from './account.events.js';

/** What the machine asks of the world. `account-child.ts` provides it; each order is carried out after the commit. */
export const ACCOUNT_ORDERS = [
  'requestLaunch',
  'openSession',
  'probeSession',
  'closeSession',
  'killSession',
  'discardLogin',
] as const;
export type AccountOrder = (typeof ACCOUNT_ORDERS)[number];

const provided = (order: AccountOrder) => () => {
  throw new Error(`${order}: provide the world before starting an account`);
};

/** Questions and assignments of the account, by name. States and transitions are in account.machine.ts. */
// eslint-disable-next-line max-lines-per-function -- a table of names, not a procedure
export function accountSetup(deadlines: AccountDeadlines) {
  return setup({
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-assertion -- setup() reads its types from here
    types: {} as { input: { at: number }; context: AccountContext; events: AccountEvent },
    guards: {
      /** A code during a restart that no person started: the saved login is no longer valid. */
      loginExpired: ({ context }) => context.launchedBy === 'supervisor' && context.login === 'saved',
      codesLeft: ({ event }) => event.type === 'driver.qr' && event.attempt <= QR_ATTEMPTS_MAX,
      endsDisconnected: ({ event }) => restsIn(event) === 'DISCONNECTED',
      endsFailed: ({ event }) => restsIn(event) === 'FAILED',
      mayRestart: ({ event }) => event.type === 'session.down' && event.verdict.do === 'restart',
      personWantsFreshSession: ({ context }) => context.ending === null,
      sessionWasWanted: ({ context }) => context.desired === 'CONNECTED' && context.login === 'saved',
      /** A login that is to be discarded is as good as none. */
      pairingWasUnfinished: ({ context }) => context.login !== 'saved',
      closeIsOverdue: ({ context }) => context.deadline?.name === 'kill',
    },
    actions: {
      requestLaunch: provided('requestLaunch'),
      openSession: provided('openSession'),
      probeSession: provided('probeSession'),
      closeSession: provided('closeSession'),
      killSession: provided('killSession'),
      discardLogin: provided('discardLogin'),

      enterStatus: assign(({ context, event }) => ({ since: timeOf(event, context) })),
      want: assign({ desired: 'CONNECTED' }),
      unwant: assign({ desired: 'DISCONNECTED' }),
      /** A person starts afresh: what was is forgiven. */
      beginByPerson: assign({ launchedBy: 'person', reason: null, crashes: NO_CRASHES, restartCount: 0 }),
      launchByPerson: assign({ launchedBy: 'person' }),
      launchBySupervisor: assign({ launchedBy: 'supervisor', ending: null, goodbye: 'close', pairing: null }),
      newIncarnation: assign(({ context }) => ({
        incarnation: context.incarnation + 1,
        ending: null,
        goodbye: 'close',
        healthySince: null,
      })),

      setDeadline: assign(({ context, event }, params: { name: Exclude<DeadlineName, 'backoff'> }) => ({
        deadline: { name: params.name, at: timeOf(event, context) + deadlines[params.name] },
      })),
      /** Asking to close again, from another closing, never gives a session more time. */
      setCloseDeadline: assign(({ context, event }) => {
        const running = context.deadline?.name === 'close' || context.deadline?.name === 'kill';
        return running ? {} : { deadline: { name: 'close' as const, at: timeOf(event, context) + deadlines.close } };
      }),
      clearDeadline: assign({ deadline: null }),
      waitForNextAttempt: assign(({ context, event }) => ({
        deadline: {
          name: 'backoff' as const,
          at:
            event.type === 'session.down' && event.verdict.do === 'restart'
              ? event.verdict.at
              : timeOf(event, context) + BACKOFF_MS_MAX,
        },
        restartCount: context.restartCount + 1,
        launchedBy: context.login === 'saved' ? ('supervisor' as const) : context.launchedBy,
      })),

      rememberQr: assign(({ event }) =>
        event.type === 'driver.qr' ? { pairing: { attempt: event.attempt, expiresAt: event.expiresAt } } : {},
      ),
      forgetQr: assign({ pairing: null }),
      rememberPhone: assign(({ context, event }) =>
        event.type === 'driver.ready' || event.type === 'driver.probed' ? { phone: event.phone ?? context.phone } : {},
      ),
      /** The login on disk is the one that works now. */
      connected: assign(({ context, event }) => ({
        login: 'saved' as const,
        reason: null,
        healthySince: context.healthySince ?? timeOf(event, context),
      })),
      loginIsGone: assign({ login: 'none' }),
      /** Whatever a session may have left on disk, even one whose pairing was never finished. */
      loginMustGo: assign(({ context }) => ({
        login: context.incarnation === 0 ? ('none' as const) : ('discarding' as const),
        phone: null,
      })),
      sayGoodbye: assign({ goodbye: 'logout', login: 'discarding', phone: null }),

      show: assign(({ context, event }, params: { code: ReasonCode }) => ({
        reason: { code: params.code, at: timeOf(event, context), detail: null },
      })),
      endWith: assign(({ context, event }, params: { code: ReasonCode }) => ({
        ending: { code: params.code, detail: null },
        reason: { code: params.code, at: timeOf(event, context), detail: null },
      })),
      endFresh: assign({ ending: null }),
      /** `driver.broken`, `driver.degraded`, `session.down`: the reason they bring is the reason we show. */
      rememberReason: assign(({ event }) => (reasonOf(event) ? { reason: { ...reasonOf(event)!, at: event.at } } : {})),
      rememberEnding: assign(({ event }) => ({ ending: reasonOf(event) })),
      rememberVerdict: assign(({ event }) => (event.type === 'session.down' ? { crashes: event.verdict.history } : {})),
      /** Some ends leave a login on disk that is worth nothing. */
      judgeLogin: assign(({ context, event }) => (loginIsWorthless(event) ? goneLogin(context) : {})),
    },
  });
}

/** Types a state of the account by the names above: an unknown guard, action or event does not compile. */
export const accountState = accountSetup(ACCOUNT_DEADLINES).createStateConfig;

export function initialAccountContext({ input }: { input: { at: number } }): AccountContext {
  return newAccountContext(input.at);
}

/** The start event of an actor carries no time; the context was made with it a moment ago. */
const timeOf = (event: { readonly at?: number }, context: AccountContext): number => event.at ?? context.since;

const reasonOf = (event: AccountEvent): { code: ReasonCode; detail: string | null } | null =>
  event.type === 'driver.broken' || event.type === 'driver.degraded' || event.type === 'session.down'
    ? { code: event.reason, detail: event.detail ?? null }
    : null;

const goneLogin = (context: AccountContext): Pick<AccountContext, 'login' | 'phone'> => ({
  login: context.login === 'none' ? 'none' : 'discarding',
  phone: null,
});

function loginIsWorthless(event: AccountEvent): boolean {
  const code = reasonOf(event)?.code;
  return code === 'logged_out' || code === 'session_expired' || code === 'profile_damaged';
}

function restsIn(event: AccountEvent): ReasonEntry['rests'] | null {
  const reason = reasonOf(event);
  if (!reason) return null;
  const entry: ReasonEntry = REASONS[reason.code];
  return entry.class === 'normal' ? entry.rests : null;
}
