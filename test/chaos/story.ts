import type { Evidence } from './evidence.js';
import type { Violation } from './violation.js';

interface Line {
  readonly at: number;
  readonly text: string;
}

/** Of a message, so much before and after it; of an account, its whole life would be thousands of lines. */
const AROUND_MS = 30_000;
const LINES_MAX = 200;

/** What happened around one violation, in the order of time: what was struck, the account's steps, the message's way. */
export function tellStory({ offence, what, accountId, text }: Violation, evidence: Evidence): string {
  const about = text === null ? [] : messageLines(text, evidence);
  const [from, to] = about.length > 0 ? [about[0]!.at - AROUND_MS, about.at(-1)!.at + AROUND_MS] : [0, Infinity];
  const lines = [...about, ...roundLines(evidence), ...endLines(evidence), ...stepLines(accountId, evidence)]
    .filter(({ at }) => at >= from && at <= to)
    .toSorted((one, other) => one.at - other.at)
    .slice(-LINES_MAX);
  return [`${offence}: ${what}`, ...lines.map(({ at, text: line }) => `  ${new Date(at).toISOString()} ${line}`)].join(
    '\n',
  );
}

function messageLines(text: string, { sent, journal, log, accounts }: Evidence): readonly Line[] {
  const mine = sent.find((each) => each.text === text);
  const ids = accounts.flatMap(({ messages }) => messages.filter((each) => each.text === text).map(({ id }) => id));
  const lines: Line[] = [
    ...(mine?.acceptedAt ? [{ at: mine.acceptedAt, text: `accepted as ${mine.messageId} at try ${mine.tries}` }] : []),
    ...journal
      .filter((entry) => entry.text === text)
      .map(({ at, kind, messageId, detail }) => ({
        at: Date.parse(at),
        text: `stand-in: ${kind} ${messageId} ${detail ?? ''}`,
      })),
    ...log
      .filter(({ message }) => message !== null && ids.includes(message.id))
      .map(({ at, event, message }) => ({
        at: Date.parse(at),
        text: `event: ${event} ${message!.id}, ${message!.status}`,
      })),
  ];
  return lines.toSorted((one, other) => one.at - other.at);
}

function roundLines({ rounds }: Evidence): readonly Line[] {
  return rounds.flatMap(({ n, at, pairing, trouble, strikes, stuck }) => [
    {
      at,
      text: `round ${n} begins${pairing ? `, a new account is ${pairing}` : ''}${trouble ? `, with ${trouble}` : ''}`,
    },
    ...strikes.flatMap(({ kind, at: struckAt, name, backMs }) => [
      { at: struckAt, text: `round ${n}: ${kind}: ${name.slice(0, 120)}` },
      { at: struckAt + backMs, text: `round ${n}: ${stuck.length > 0 ? 'time is up' : 'all are back'}` },
    ]),
  ]);
}

const endLines = ({ ends }: Evidence): readonly Line[] =>
  ends.map(({ at, pid, code, signal }) => ({ at, text: `runtime ${pid} ended with ${signal ?? code}` }));

function stepLines(accountId: string | null, { accounts }: Evidence): readonly Line[] {
  const history = accounts.find(({ id }) => id === accountId)?.history ?? [];
  return history.map(({ at, seq, from, to, event, cause, incarnation }) => ({
    at: Date.parse(at),
    text: `step ${seq}: ${from} → ${to} by ${event} (${cause}), session ${incarnation}`,
  }));
}
