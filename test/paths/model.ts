import { ACCOUNT_DEADLINES, type AccountContext } from '#libs/account/account.context';
import type { AccountEvent } from '#libs/account/account.events';
import { ACCOUNT_ORDERS, type AccountOrder } from '#libs/account/account.setup';
import { type AccountSnapshot, planRestore, revive, stateOf, store } from '#libs/account/account.snapshot';
import { DISCARD_LOGIN_MS_MAX } from '#libs/contracts/limits/runtime';
import { BACKOFF_FIRST_MS } from '#libs/contracts/limits/sessions';
import { type ReasonCode, reasonEntry } from '#libs/contracts/reasons';
import type { Exit } from '#libs/supervisor/exit';
import { judge, type RestartHistory, type RestartPolicy } from '#libs/supervisor/restart-policy';
import { FACTS, type Move } from './moves.js';
import { pureStep } from './pure-step.js';

/** Two crashes are one too many, however far apart: giving up is two moves away, not six. */
export const POLICY: RestartPolicy = {
  restartsMax: 1,
  windowMs: 365 * 86_400_000,
  backoffFirstMs: BACKOFF_FIRST_MS,
  backoffMsMax: 60_000,
  jitterMax: 0,
  resetAfterMs: ACCOUNT_DEADLINES.holds,
};
export const START = Date.UTC(2026, 0, 1);

export interface ModelSession {
  readonly incarnation: number;
  /** As it was when it was opened, and the login that it was to find. */
  readonly crashes: RestartHistory;
  readonly login: 'none' | 'saved';
  /** What it was asked, and has not answered. */
  readonly asked: { readonly close: boolean; readonly logout: boolean; readonly kill: boolean };
  /** Probes of this very moment without an answer; one that is older was given up by whoever asked. */
  readonly probes: number;
}

/**
 * An account and all that stands around it, as it ought to be: the pure machine, and what keeper, session and supervisor make
 * of its orders. In one file, though it is long: it is one answer to one question, and is read beside session-keeper.ts.
 */
export interface Model {
  readonly now: number;
  readonly account: AccountSnapshot;
  readonly launchAsked: boolean;
  readonly session: ModelSession | null;
  /** The session that opens when the old login is out of the way. */
  readonly opening: Pick<ModelSession, 'incarnation' | 'crashes' | 'login'> | null;
  /** The account waits for the end of a session that is none of its own: it outlived its kill. */
  readonly closesOlder: boolean;
  /** Since when the login is being moved aside. */
  readonly discarding: number | null;
  /** What the last move gave to the machine, each with where the machine stood then. */
  readonly given: readonly { readonly account: AccountSnapshot; readonly event: AccountEvent }[];
}

export const NEW_MODEL: Model = newModel();

function newModel(): Model {
  const account = revive(null, START).snapshot;
  const around = { launchAsked: false, session: null, opening: null, closesOlder: false, discarding: null };
  return { now: START, account, ...around, given: [] };
}

/** What is said of a session counts only while it is the account's. */
export const isHeard = ({ session, account }: Model): boolean => session?.incarnation === account.context.incarnation;

/** May the world make this move now? */
export function isPossible(model: Model, move: Move): boolean {
  const { account, session } = model;
  const state = stateOf(account);
  switch (move.type) {
    case 'command':
    case 'death':
      return true;
    case 'recycle':
      return state === 'CONNECTED.online';
    case 'granted':
      return model.launchAsked;
    case 'fact':
      return isHeard(model) && (move.name !== 'logged-out' || session!.asked.logout);
    case 'broken':
      return isHeard(model);
    case 'probed':
      return isHeard(model) && session!.probes > 0;
    case 'dropped':
    case 'closed':
      return session !== null;
    case 'killed':
      return session?.asked.kill === true;
    case 'discarded':
    case 'discard-fails':
      return model.discarding !== null;
    case 'deadline':
      return account.context.deadline !== null;
    case 'holds':
      return state === 'CONNECTED.online';
    case 'restore-failed':
      return state === 'FAILED.idle';
  }
}

/** The same after the move, with all that follows from it at once. */
export function make(model: Model, move: Move): Model {
  const before = { ...model, given: [] };
  switch (move.type) {
    case 'command':
      return take(before, { type: `account.${move.name}`, at: model.now });
    case 'recycle':
      return take(before, { type: 'account.recycle', at: model.now });
    case 'restore-failed':
      return take(before, { type: 'account.restore', at: model.now });
    case 'granted':
      return take({ ...before, launchAsked: false }, { type: 'launch.granted', at: model.now });
    case 'fact':
      return take(before, factEvent(move.name, model.now));
    case 'probed': {
      const event = { type: 'driver.probed', phone: FACTS.ready.phone, at: model.now } as const;
      const session = { ...model.session!, probes: 0 };
      return Array.from({ length: model.session!.probes }, () => event).reduce(take, { ...before, session });
    }
    case 'broken':
      return take(before, { type: 'driver.broken', reason: move.reason, at: model.now });
    case 'dropped':
      return end(before, move.reason);
    case 'closed':
      return isAsked(before)
        ? end(before, 'stopped')
        : end(before, 'engine_gone', 'the session closed without being asked');
    case 'killed':
      return end(before, 'stopped');
    case 'discarded':
      return open(take({ ...before, discarding: null }, { type: 'login.discarded', at: model.now }));
    case 'discard-fails':
      return open({ ...before, discarding: null });
    case 'deadline':
      return passDeadline(before);
    case 'holds':
      return later(before, model.now + ACCOUNT_DEADLINES.holds);
    case 'death':
      return die(before, move.autoRestore);
  }
}

const isAsked = ({ session }: Model): boolean => session!.asked.close || session!.asked.logout || session!.asked.kill;

function factEvent(name: keyof typeof FACTS, at: number): AccountEvent {
  const fact = FACTS[name];
  if (fact.type !== 'driver.qr') return { ...fact, at };
  return { type: fact.type, attempt: fact.attempt, expiresAt: at + fact.lifetimeMs, at };
}

/** One event through the machine; then its orders, and what they lead to at once. */
function take(model: Model, event: AccountEvent): Model {
  const { account } = model;
  const [next, orders] = pureStep(account, event);
  const state = stateOf(next);
  const isOnItsWay = state === 'CONNECTING.queued' || state === 'CONNECTING.launching';
  let after: Model = {
    ...model,
    account: next,
    launchAsked: model.launchAsked && isOnItsWay,
    given: [...model.given, { account, event }],
  };
  const follows: AccountEvent[] = [];
  for (const order of orders) if (isOrder(order)) after = carryOut(after, order, follows);
  return follows.reduce(take, after);
}

const isOrder = (type: string): type is AccountOrder => (ACCOUNT_ORDERS as readonly string[]).includes(type);

function carryOut(model: Model, order: AccountOrder, follows: AccountEvent[]): Model {
  const { session, now } = model;
  const { context } = model.account;
  switch (order) {
    case 'requestLaunch':
      return { ...model, launchAsked: true };
    case 'openSession':
      return openSession(model, follows);
    case 'probeSession':
      return session && isHeard(model) ? { ...model, session: { ...session, probes: session.probes + 1 } } : model;
    case 'closeSession':
      if (session === null) follows.push(noSession(context, context.ending?.code ?? 'stopped', now));
      return {
        ...model,
        opening: null,
        closesOlder: session !== null && !isHeard(model),
        session: session && askTo(session, context.goodbye),
      };
    case 'killSession':
      return { ...model, session: session && askTo(session, 'kill') };
    case 'discardLogin':
      return context.login === 'discarding' ? { ...model, discarding: model.discarding ?? now } : model;
  }
}

const askTo = (session: ModelSession, what: 'close' | 'logout' | 'kill'): ModelSession => ({
  ...session,
  asked: { ...session.asked, [what]: true },
});

function openSession(model: Model, follows: AccountEvent[]): Model {
  const { incarnation, crashes, login } = model.account.context;
  const opening = { incarnation, crashes, login: login === 'saved' ? login : ('none' as const) };
  if (login === 'discarding' || model.discarding !== null)
    return { ...model, opening, closesOlder: false, discarding: model.discarding ?? model.now };
  return open({ ...model, opening, closesOlder: false }, follows);
}

/** What waited for the old login to be out of its way. */
function open(model: Model, follows: AccountEvent[] = []): Model {
  const { opening, session, account, now } = model;
  if (opening === null) return model;
  if (session === null) {
    const asked = { close: false, logout: false, kill: false };
    return { ...model, opening: null, session: { ...opening, asked, probes: 0 } };
  }
  // The last one can't be ended, even by force: no second one is opened beside it.
  follows.push(noSession(account.context, 'not_closed', now));
  return follows.splice(0).reduce(take, { ...model, opening: null });
}

/** The end of a session that does not exist is told at once. */
function noSession({ crashes: history }: AccountContext, reason: ReasonCode, now: number): AccountEvent {
  const isNormal = reasonEntry(reason).class === 'normal';
  const verdict = isNormal
    ? ({ do: 'rest', history } as const)
    : ({ do: 'restart', at: now + BACKOFF_FIRST_MS, history } as const);
  return { type: 'session.down', reason, detail: 'no session was opened', verdict, at: now };
}

/** The session is over: by the word of its account, if that had one, and as its supervisor judges. */
function end(model: Model, said: ReasonCode, detail?: string): Model {
  const { session, account, now } = model;
  const { ending, healthySince } = account.context;
  const reason = ending?.code ?? said;
  const exit: Exit = { reason, class: reasonEntry(reason).class };
  const dice = { next: () => 0 };
  const judged = {
    policy: POLICY,
    kind: 'transient',
    history: session!.crashes,
    exit,
    healthySince,
    now,
    dice,
  } as const;
  const over = { ...model, session: null, closesOlder: false };
  if (!isHeard(model))
    return model.closesOlder ? take(over, noSession(account.context, ending?.code ?? 'stopped', now)) : over;
  return take(over, { type: 'session.down', reason, ...(detail && { detail }), verdict: judge(judged), at: now });
}

function passDeadline(model: Model): Model {
  const { name, at } = model.account.context.deadline!;
  const then = later(model, at);
  // What came of the time before it may have been the end of that wait.
  return then.account.context.deadline?.at === at ? take(then, { type: `deadline.${name}`, at }) : then;
}

function later(model: Model, now: number): Model {
  const session = model.session && { ...model.session, probes: 0 };
  const giveUpAt = model.discarding === null ? Infinity : model.discarding + DISCARD_LOGIN_MS_MAX;
  if (giveUpAt > now) return { ...model, now, session };
  return later(open({ ...model, now: giveUpAt, discarding: null, session }), now);
}

function die(model: Model, autoRestore: boolean): Model {
  const account = revive(JSON.parse(JSON.stringify(store(model.account))), model.now).snapshot;
  const alone = {
    ...model,
    account,
    launchAsked: false,
    session: null,
    opening: null,
    closesOlder: false,
    discarding: null,
  };
  const plan = planRestore(account, autoRestore);
  if (plan === 'settle' && isRest(account)) return alone;
  return take(alone, { type: `account.${plan}`, at: model.now });
}

const isRest = (account: AccountSnapshot): boolean =>
  stateOf(account).endsWith('.idle') && account.context.login !== 'discarding';
