import { ACCOUNT_DEADLINES } from '#libs/account/account.context';
import { stateOf } from '#libs/account/account.snapshot';
import { type ReasonCode, reasonEntry } from '#libs/contracts/reasons';
import { isHeard, type Model, POLICY } from './model.js';

/**
 * The same text for two models means: whatever comes, the same may follow. So it has all that a guard, an order, the
 * supervisor or the world around looks at, and nothing else; a graph of these is finite.
 *
 * - Times are left out, but for the one question that is asked of them: has the connection held?
 * - Numbers that only count (sessions, restarts, the step of the back-off) are left out; crashes count up to giving up.
 * - The reason that is shown is left out, but for the one that is told once; it changes how long a wait lasts, and nothing
 *   else. The reason for which a session is closed stands for its kind.
 * - What the next `connect` forgets (crashes, what was tried once more, who launched it) is left out where nothing but a
 *   `connect` leads on: in FAILED, and in DISCONNECTED by wish.
 */
export function abstractionOf(model: Model): string {
  const { account, session } = model;
  const { context } = account;
  const state = stateOf(account);
  const isOver = state.startsWith('FAILED') || (state.startsWith('DISCONNECTED') && context.desired === 'DISCONNECTED');
  const onTheWay = isOver ? [] : wayOf(model);
  return [
    state,
    state.startsWith('FAILED') ? '-' : context.desired,
    context.login,
    context.device,
    context.reason?.code === 'login_left' ? 'told' : '-',
    context.incarnation === 0 ? 'new' : '-',
    state.endsWith('.closing') ? context.deadline!.name : '-',
    ...onTheWay,
    model.launchAsked ? 'asked' : '-',
    model.opening ? 'opening' : '-',
    model.closesOlder ? 'closes older' : '-',
    model.discarding === null ? '-' : 'discarding',
    session ? sessionOf(model) : '-',
  ].join(' ');
}

/** What may decide how an account that is wanted goes on. */
function wayOf({ account, now }: Model): readonly string[] {
  const state = stateOf(account);
  const { context } = account;
  const connected = state.startsWith('CONNECTED');
  const hasHeld = connected && now - context.healthySince! >= ACCOUNT_DEADLINES.holds;
  return [
    context.launchedBy,
    state === 'CONNECTING.closing' ? endingOf(context.ending?.code) : '-',
    context.onceMoreAfter ?? '-',
    hasHeld ? 'held' : '-',
    /launching|AUTHENTICATING/.test(state) && context.outage !== null ? 'kept away' : '-',
    connected && context.outage === 'provider_timeout' ? 'silent' : '-',
    String(Math.min(context.crashes.crashedAt.length, POLICY.restartsMax + 1)),
  ];
}

function sessionOf(model: Model): string {
  const { asked, probes } = model.session!;
  const answers = probes > 0 && /QR_READY|AUTHENTICATING/.test(stateOf(model.account));
  const words = [
    isHeard(model) ? 'live' : 'left',
    asked.close && 'close',
    asked.logout && 'logout',
    asked.kill && 'kill',
    answers && 'probe',
  ];
  return words.filter((word) => word !== false).join('+');
}

/** By this it is judged when its session is down. */
function endingOf(code: ReasonCode | undefined): string {
  if (!code) return 'fresh';
  const { class: reasonClass } = reasonEntry(code);
  return reasonClass === 'normal' ? code : reasonClass;
}
