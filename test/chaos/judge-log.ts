import { WEBHOOK_EVENTS, type AccountEvidence, type Evidence, type Logged } from './evidence.js';
import { grouped } from './grouped.js';
import { type Violation, violation } from './violation.js';

/** The log of events of each account has all of its steps and messages, in order; the webhook was told in the same order. */
export function judgeLog({ log, accounts, sent, webhook }: Evidence): readonly Violation[] {
  const byAccount = grouped(log, ({ accountId }) => accountId ?? '');
  return [
    ...judgeCursors(log),
    ...accounts.flatMap((account) => {
      const mine = byAccount.get(account.id) ?? [];
      const accepted = sent.filter(({ accountId, messageId }) => accountId === account.id && messageId !== null);
      return [
        ...judgeSteps(account, mine),
        ...judgeMessages(
          account,
          mine,
          accepted.map(({ messageId }) => messageId!),
        ),
        ...judgeWebhook(account, mine, webhook.get(account.id) ?? []),
      ];
    }),
  ];
}

function judgeCursors(log: readonly Logged[]): readonly Violation[] {
  const back = log.find(({ cursor }, i) => i > 0 && Number(cursor) <= Number(log[i - 1]!.cursor));
  const twice = log.length - new Set(log.map(({ id }) => id)).size;
  return [
    ...(back === undefined ? [] : [violation('log', `the cursor goes back at ${back.cursor}`, back.accountId)]),
    ...(twice === 0 ? [] : [violation('log', `${twice} events have the id of another`)]),
  ];
}

function judgeSteps({ id, history }: AccountEvidence, log: readonly Logged[]): readonly Violation[] {
  const told = log.flatMap(({ steps }) => steps);
  const expected = history.map(({ seq }) => seq);
  const at = expected.findIndex((seq, i) => seq !== i + 1 || told[i] !== seq);
  if (at >= 0)
    return [violation('log', `step ${expected[at]} is followed or told as ${told[at]} at place ${at + 1}`, id)];
  return told.length === expected.length
    ? []
    : [violation('log', `${told.length} steps were told of ${expected.length}`, id)];
}

const AHEAD = ['sent', 'delivered', 'read'];

function judgeMessages(
  { id, messages }: AccountEvidence,
  log: readonly Logged[],
  accepted: readonly string[],
): readonly Violation[] {
  const told = grouped(
    log.filter(({ message }) => message !== null),
    ({ message }) => message!.id,
  );
  return accepted.flatMap((messageId) => {
    const events = told.get(messageId) ?? [];
    const kept = messages.find((message) => message.id === messageId);
    const accuse = (what: string): Violation =>
      violation('log', `message ${messageId} ${what}`, id, kept?.text ?? null);
    const births = events.filter(({ event }) => event === 'message.accepted').length;
    if (births !== 1 || events[0]!.event !== 'message.accepted')
      return [accuse(`was told as accepted ${births} times`)];
    const last = events.at(-1)!.message!.status;
    // `sending` is told to nobody; that it is the last word is judged elsewhere.
    if (kept !== undefined && kept.status !== 'sending' && last !== kept.status)
      return [accuse(`was last told as ${last}, and is ${kept.status}`)];
    const levels = events.map(({ message }) => AHEAD.indexOf(message!.status));
    return levels.some((level, i) => i > 0 && level < levels[i - 1]!) ? [accuse('went back')] : [];
  });
}

/** All of it, in its order; what comes twice has the same id. */
function judgeWebhook({ id }: AccountEvidence, log: readonly Logged[], got: readonly string[]): readonly Violation[] {
  const wanted = log.filter(({ event }) => WEBHOOK_EVENTS.some((name) => name === event)).map((event) => event.id);
  const first = [...new Set(got)];
  const at = wanted.findIndex((eventId, i) => first[i] !== eventId);
  if (at >= 0)
    return [
      violation(
        'webhook',
        `got ${first[at] ?? 'nothing'} where event ${wanted[at]} must be (place ${at + 1} of ${wanted.length})`,
        id,
      ),
    ];
  return first.length === wanted.length
    ? []
    : [violation('webhook', `got ${first.length - wanted.length} events that are in no log`, id)];
}
