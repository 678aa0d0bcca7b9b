import { type AccountEvidence, type Evidence, type Kept } from './evidence.js';
import { grouped } from './grouped.js';
import { judgeLog } from './judge-log.js';
import { judgeRuntime } from './judge-runtime.js';
import type { Witnessed } from './journal-reader.js';
import { incomingOf } from './quiet.js';
import type { Sent } from './traffic.js';
import { type Offence, type Violation, violation } from './violation.js';

/** What the servers of the stand-in have seen against what Muster has said. Knows nothing but the evidence. */
export function judge(evidence: Evidence): readonly Violation[] {
  return [
    ...judgeWitness(evidence),
    ...evidence.accounts.flatMap((account) => [
      ...judgeSends(account, evidence),
      ...judgeInbox(account, evidence.journal),
    ]),
    ...judgeRounds(evidence),
    ...judgeLog(evidence),
    ...judgeRuntime(evidence),
  ];
}

function judgeWitness({ journalMissed, journal }: Evidence): readonly Violation[] {
  if (journalMissed > 0) return [violation('witness', `${journalMissed} entries of the journal were not seen`)];
  return journal.length === 0 ? [violation('witness', 'the journal is empty')] : [];
}

function judgeSends(account: AccountEvidence, { sent, journal }: Evidence): readonly Violation[] {
  const kept = grouped(
    account.messages.filter(({ direction }) => direction === 'out'),
    ({ text }) => text!,
  );
  const digits = account.number.replace('+', '');
  const seen = grouped(
    journal.filter(({ number }) => number === digits),
    ({ text }) => text ?? '',
  );
  const mine = sent.filter(({ accountId }) => accountId === account.id);
  return [
    ...mine.flatMap((each) => judgeSend(each, kept.get(each.text) ?? [], seen.get(each.text) ?? [])),
    ...judgeOrder(
      account.id,
      mine,
      journal.filter(({ number, kind }) => number === digits && kind === 'message.accepted'),
    ),
  ];
}

function judgeSend(sent: Sent, kept: readonly Kept[], seen: readonly Witnessed[]): readonly Violation[] {
  const accuse = (offence: Offence, what: string): Violation =>
    violation(offence, `${sent.text}: ${what}`, sent.accountId, sent.text);
  const received = seen.filter(({ kind }) => kind === 'message.accepted');
  const found: Violation[] = [];
  if (received.length > 1) found.push(accuse('doubled', `received ${received.length} times`));
  if (kept.length > 1) found.push(accuse('doubled', `stored ${kept.length} times under one key`));
  if (sent.messageId === null) return [...found, accuse('never answered', sent.refused ?? `asked ${sent.tries} times`)];
  const message = kept.find(({ id }) => id === sent.messageId);
  if (message === undefined) return [...found, accuse('lost', 'accepted, and the API knows it no more')];
  return [...found, ...judgeOutcome(message, received.length, seen, accuse)];
}

function judgeOutcome(
  { status, error }: Kept,
  received: number,
  seen: readonly Witnessed[],
  accuse: (offence: Offence, what: string) => Violation,
): readonly Violation[] {
  const struck = (kind: Witnessed['kind']): boolean => seen.some((entry) => entry.kind === kind);
  switch (status) {
    case 'sent':
    case 'delivered':
    case 'read':
      return received === 0 ? [accuse('lost', `told as ${status}, never received`)] : [];
    case 'failed':
      if (received > 0) return [accuse('false report', `told as failed (${error}), and received`)];
      if (error === null) return [accuse('lost', 'failed without a reason')];
      if (struck('message.refused')) return [];
      // Nothing but a refusal is played that would excuse it: whoever gave up lost what was accepted.
      if (error !== 'refused') return [accuse('lost', `told as failed (${error}), and nobody refused it`)];
      return [accuse('false report', 'told as refused by nobody')];
    case 'uncertain': {
      // Only who had no answer may not know.
      const unanswered = struck('message.unanswered') || seen.some(({ detail }) => detail === 'unanswered');
      return unanswered ? [] : [accuse('uncertain', `received ${received} times`)];
    }
    default:
      return [accuse('lost', `still ${status} at the end, received ${received} times`)];
  }
}

/** In each chat in the order in which the API took them. */
function judgeOrder(accountId: string, sent: readonly Sent[], accepted: readonly Witnessed[]): readonly Violation[] {
  const byText = new Map(sent.map((each) => [each.text, each]));
  const last = new Map<string, Sent>();
  const found: Violation[] = [];
  for (const { text } of accepted) {
    const now = byText.get(text ?? '');
    if (now === undefined) continue;
    const before = last.get(now.to);
    if (before !== undefined && before.n > now.n)
      found.push(violation('out of order', `${now.text} came after ${before.text}`, accountId, now.text));
    last.set(now.to, now);
  }
  return found;
}

function judgeInbox(account: AccountEvidence, journal: readonly Witnessed[]): readonly Violation[] {
  const kept = grouped(
    account.messages.filter(({ direction }) => direction === 'in'),
    ({ text }) => text ?? '',
  );
  return [...incomingOf(journal, account.number)].flatMap((text) => {
    const times = kept.get(text)?.length ?? 0;
    if (times === 1) return [];
    const offence = times === 0 ? 'incoming lost' : 'incoming doubled';
    return [violation(offence, `${text}: stored ${times} times`, account.id, text)];
  });
}

function judgeRounds({ rounds, wrongs, orphans, locks, accounts }: Evidence): readonly Violation[] {
  return [
    ...rounds.flatMap(({ n, stuck }) =>
      stuck.map(({ accountId, what }) => violation('stuck', `round ${n}: ${what}`, accountId)),
    ),
    ...rounds.flatMap((round) => round.orphans.map((name) => violation('orphan', `round ${round.n}: ${name}`))),
    ...orphans.map((name) => violation('orphan', `after the stop: ${name}`)),
    ...locks.map((name) => violation('lock left', name)),
    ...wrongs.map(({ accountId, what }) => violation('two browsers', what, accountId)),
    ...accounts.flatMap(judgeLogin),
    ...rounds.flatMap(({ n, rests }) =>
      rests
        .filter(({ code }) => !(code === 'conflict' && rounds.some(({ trouble }) => trouble === 'conflict')))
        .map(({ accountId, code }) => violation('at rest', `round ${n}: came to rest (${code})`, accountId)),
    ),
  ];
}

/** Nobody logs out here: once connected, no account may ask for a code again. */
function judgeLogin({ id, history }: AccountEvidence): readonly Violation[] {
  const pairedAt = history.findIndex(({ to }) => to === 'CONNECTED.online');
  if (pairedAt < 0) return [];
  const asked = history
    .slice(pairedAt)
    .find(({ to, cause }) => to.startsWith('QR_READY') || LOGIN_GONE.includes(cause ?? ''));
  return asked === undefined ? [] : [violation('login lost', `step ${asked.seq}: ${asked.to} (${asked.cause})`, id)];
}
const LOGIN_GONE = ['session_expired', 'profile_damaged', 'logged_out', 'login_left', 'pairing_interrupted'];
