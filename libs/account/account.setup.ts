import { assign, setup } from 'xstate';
import { BACKOFF_MS_MAX, QR_ATTEMPTS_MAX } from '#libs/contracts/limits/sessions';
import { type ReasonCode, reasonEntry } from '#libs/contracts/reasons';
import type { LaunchWait } from '#libs/contracts/session';
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
      startedBySupervisor: ({ context }) => context.launchedBy === 'supervisor',
      codesLeft: ({ event }) => event.type === 'driver.qr' && event.attempt <= QR_ATTEMPTS_MAX,
      endsDisconnected: ({ event }) => restsIn(event) === 'DISCONNECTED',
      endsFailed: ({ event }) => restsIn(event) === 'FAILED',
      mayRestart: ({ event }) => event.type === 'session.down' && event.verdict.do === 'restart',
      personWantsFreshSession: ({ context }) => context.ending === null,
      sessionWasWanted: ({ context }) => context.desired === 'CONNECTED' && context.login === 'saved',
      /** A login that is to be discarded is as good as none. */
      pairingWasUnfinished: ({ context }) => context.login !== 'saved',
      closeIsOverdue: ({ context }) => context.deadline?.name === 'kill',
      /** An end that may be in passing, and that has not been forgiven just before. */
      mayTryOnceMore: ({ context, event }) => mayTryOnceMore(context, event, deadlines.holds),
      /** It was decided when the session broke; nothing that its close brings to light changes it. */
      triesOnceMore: ({ context }) => context.ending !== null && isTriedOnceMore(context.ending.code),
      isRecycled: ({ context }) => context.ending?.code === 'recycled',
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
      beginByPerson: assign({
        launchedBy: 'person',
        reason: null,
        crashes: NO_CRASHES,
        restartCount: 0,
        onceMoreAfter: null,
      }),
      launchByPerson: assign({ launchedBy: 'person', onceMoreAfter: null }),
      launchBySupervisor: assign({ launchedBy: 'supervisor', ending: null, goodbye: 'close', pairing: null }),
      newIncarnation: assign(({ context }) => ({
        incarnation: context.incarnation + 1,
        ending: null,
        goodbye: 'close',
        outage: null,
        healthySince: null,
      })),

      setDeadline: assign(({ context, event }, params: { name: Exclude<DeadlineName, 'backoff' | 'degraded'> }) => ({
        deadline: { name: params.name, at: timeOf(event, context) + deadlines[params.name] },
      })),
      /** Asking to close again, from another closing, never gives a session more time. */
      setCloseDeadline: assign(({ context, event }) => {
        const running = context.deadline?.name === 'close' || context.deadline?.name === 'kill';
        return running ? {} : { deadline: { name: 'close' as const, at: timeOf(event, context) + deadlines.close } };
      }),
      /** What changes to and fro gets no more time by that: the earlier deadline stands. */
      setDegradedDeadline: assign(({ context, event }) => {
        const limitMs = context.outage === 'provider_timeout' ? deadlines.providerTimeout : deadlines.degraded;
        const running = context.deadline?.name === 'degraded' ? context.deadline.at : Infinity;
        return { deadline: { name: 'degraded' as const, at: Math.min(running, timeOf(event, context) + limitMs) } };
      }),
      clearDeadline: assign({ deadline: null }),
      waitForNextAttempt: assign(({ context, event }) => ({
        deadline: {
          name: 'backoff' as const,
          at:
            event.type === 'session.down' && event.verdict.do === 'restart'
              ? event.verdict.at
              : timeOf(event, context) + unjudgedWaitMs(context, deadlines),
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
      loginIsAccepted: assign({ device: 'linked' }),
      /** A code is shown: what login there was, the provider does not take it. */
      loginIsRefused: assign({ login: 'none', device: 'none' }),
      /** Whatever a session may have left on disk, even one whose pairing was never finished. */
      loginMustGo: assign(({ context }) => ({
        login: context.incarnation === 0 ? ('none' as const) : ('discarding' as const),
        device: leftDevice(context),
        phone: null,
      })),
      sayGoodbye: assign(({ context }) => ({
        goodbye: 'logout' as const,
        login: 'discarding' as const,
        device: leftDevice(context),
        phone: null,
      })),
      /** A logout that the provider has heard leaves nothing behind. */
      deviceIsGone: assign({ device: 'none' }),
      /** Said once, and again only when the reason was another one meanwhile. */
      tellLeftDevice: assign(({ context, event }) =>
        context.device !== 'left' || context.reason?.code === 'login_left'
          ? {}
          : { reason: { code: 'login_left' as const, at: timeOf(event, context), detail: null } },
      ),

      show: assign(({ context, event }, params: { code: ReasonCode }) => ({
        reason: { code: params.code, at: timeOf(event, context), detail: null },
      })),
      /** Why it waits at all tells more than that many wait. A person's wish, or a replaced browser, is no fall. */
      showUnlessFallen: assign(({ context, event }, params: { code: ReasonCode }) =>
        context.reason && reasonEntry(context.reason.code).class !== 'normal'
          ? {}
          : { reason: { code: params.code, at: timeOf(event, context), detail: null } },
      ),
      endWith: assign(({ context, event }, params: { code: ReasonCode }) => ({
        ending: { code: params.code, detail: null },
        reason: { code: params.code, at: timeOf(event, context), detail: null },
      })),
      /** By what the session said of it last. */
      endByOutage: assign(({ context, event }, params: { unlessTold: ReasonCode }) => {
        const code = context.outage ?? params.unlessTold;
        return { ending: { code, detail: null }, reason: { code, at: timeOf(event, context), detail: null } };
      }),
      endFresh: assign({ ending: null }),
      /** `driver.broken`, `driver.degraded`, `session.down`: the reason they bring is the reason we show. */
      rememberReason: assign(({ event }) => (reasonOf(event) ? { reason: { ...reasonOf(event)!, at: event.at } } : {})),
      rememberEnding: assign(({ event }) => ({ ending: reasonOf(event) })),
      rememberOutage: assign(({ context, event }) => ({ outage: outageOf(event) ?? context.outage })),
      outageIsOver: assign({ outage: null }),
      /** A process that was gone can't tell how long the connection had held. */
      forgiveWhatHeld: assign(({ context, event }) =>
        event.type !== 'account.restore' && hasHeld(context, event, deadlines.holds) ? { onceMoreAfter: null } : {},
      ),
      rememberOnceMore: assign(({ context, event }) => ({
        onceMoreAfter: reasonOf(event)?.code ?? context.onceMoreAfter,
      })),
      rememberVerdict: assign(({ event }) => (event.type === 'session.down' ? { crashes: event.verdict.history } : {})),
      /** Some ends leave a login on disk that is worth nothing. */
      judgeLogin: assign(({ context, event }) => {
        const code = reasonOf(event)?.code;
        if (code === 'logged_out' || code === 'session_expired')
          return { ...goneLogin(context), device: 'none' as const };
        // A profile that is damaged here is still a device there.
        return code === 'profile_damaged' ? goneLogin(context) : {};
      }),
      loginHasExpired: assign(({ context }) => ({ ...goneLogin(context), device: 'none' as const })),
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

const leftDevice = ({ device }: AccountContext): AccountContext['device'] => (device === 'none' ? 'none' : 'left');

const goneLogin = (context: AccountContext): Pick<AccountContext, 'login' | 'phone'> => ({
  login: context.login === 'none' ? 'none' : 'discarding',
  phone: null,
});

function restsIn(event: AccountEvent): 'DISCONNECTED' | 'FAILED' | null {
  const reason = reasonOf(event);
  if (!reason) return null;
  const entry = reasonEntry(reason.code);
  return entry.class === 'normal' ? entry.rests : null;
}

const isTriedOnceMore = (code: ReasonCode): boolean => reasonEntry(code).triedOnceMore === true;

function mayTryOnceMore(context: AccountContext, event: AccountEvent, holdsMs: number): boolean {
  const code = reasonOf(event)?.code;
  if (!code || !isTriedOnceMore(code)) return false;
  return context.onceMoreAfter !== code || hasHeld(context, event, holdsMs);
}

const hasHeld = (context: AccountContext, event: AccountEvent, holdsMs: number): boolean =>
  context.healthySince !== null && timeOf(event, context) - context.healthySince >= holdsMs;

/** A wait of which the supervisor has said nothing. */
const unjudgedWaitMs = ({ reason }: AccountContext, { conflictWait }: AccountDeadlines): number =>
  reason && isTriedOnceMore(reason.code) ? conflictWait : BACKOFF_MS_MAX;

const WAITS_FOR: Readonly<Record<LaunchWait, ReasonCode>> = {
  site: 'page_unreachable',
  page: 'page_did_not_boot',
  socket: 'socket_stuck',
};

/** Whatever a session calls it: being kept from the provider is never a crash, and never final. */
function outageOf(event: AccountEvent): ReasonCode | null {
  if (event.type === 'driver.waiting') return WAITS_FOR[event.on];
  if (event.type !== 'driver.degraded') return null;
  return reasonEntry(event.reason).class === 'outage' ? event.reason : 'network_unreachable';
}
