import type { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import type { Opened } from '../held-driver.js';
import type { Told } from '../race.js';
import type { MessageRow, Remains } from './remains.js';

/** One key is one message, and each answer tells of a message that is there. */
export function acceptedOnce(told: readonly Told[], { id: accountId, messages }: Remains): string[] {
  const faults: string[] = [];
  const sends = told.filter((one) => one.call.operation === 'sendMessage' && one.accountId === accountId);
  const rows = new Map(messages.map((row) => [row.id, row]));
  const seen = new Map<string, string>();
  for (const { call, answer } of sends) {
    if (answer?.status !== 202) continue;
    const { id } = answer.body as { readonly id: string };
    const key = call.headers?.['idempotency-key'] ?? null;
    const row = rows.get(id);
    if (!row) faults.push(`message ${id} was accepted, and is not there`);
    else if (row.text !== (call.body as { text: string }).text) faults.push(`message ${id} has become another one`);
    const told = key === null ? `without a key ${id}` : key;
    if (key === null ? seen.has(told) : (seen.get(told) ?? id) !== id) faults.push(`${told} was given two messages`);
    seen.set(told, id);
  }
  const lost = sends.filter(({ answer }) => answer === null || answer.status === 503).length;
  const untold = messages.filter(({ id }) => ![...seen.values()].includes(id)).length;
  if (untold > lost)
    faults.push(`${untold} messages are there that nobody was told of, and ${lost} calls were cut off`);
  const keys = messages.flatMap(({ key }) => key ?? []);
  if (new Set(keys).size < keys.length) faults.push('two messages have one key');
  return faults;
}

/** Each message has come to its end, and the provider has got it once at most, in the order of the chat. */
export function sentOnce(provider: SimulatedProvider, account: Remains): string[] {
  const { id: accountId, messages } = account;
  const arrived = provider.messages.all().filter((message) => message.accountId === accountId);
  const faults = arrived.flatMap(({ providerMessageId, arrivals }) => {
    const row = messages.find((one) => one.providerMessageId === providerMessageId);
    if (!row) return [`the provider has ${providerMessageId}, of which nothing is known here`];
    return arrivals > 1 ? [`the provider got message ${row.id} ${arrivals} times`] : [];
  });
  const ids = arrived.map(({ providerMessageId }) => providerMessageId);
  for (const row of messages) faults.push(...fateOf(row, ids.includes(row.providerMessageId ?? ''), account));
  const inOrder = messages.flatMap(({ providerMessageId }) => providerMessageId ?? []).filter((id) => ids.includes(id));
  if (inOrder.join() !== ids.join()) faults.push('the messages of a chat did not arrive in their order');
  return faults;
}

/** Between the answer to a pause and the next wish to resume, nothing is handed over. */
export function pausesHeld(told: readonly Told[], opened: readonly Opened[], { id }: Remains): string[] {
  const about = told.filter(({ accountId }) => accountId === id);
  const resumes = about.filter(({ ask }) => ask.ask === 'resume');
  const sends = opened.flatMap(({ opening, sendsAt }) => (opening.accountId === id ? sendsAt : []));
  return about.flatMap(({ ask, answer, askedAt, answeredAt }) => {
    if (ask.ask !== 'pause' || answer?.status !== 200) return [];
    // One that was under way at the same time may have been later.
    const later = resumes.filter((one) => one.answer === null || one.answeredAt >= askedAt);
    const nextAt = Math.min(...later.map((one) => one.askedAt), Infinity);
    return sends.some((at) => at > answeredAt && at < nextAt) ? ['something was sent while the outbox was paused'] : [];
  });
}

function fateOf({ id, status, error }: MessageRow, isArrived: boolean, account: Remains): string[] {
  switch (status) {
    case 'sent':
    case 'delivered':
    case 'read':
      return isArrived ? [] : [`message ${id} is ${status}, and the provider never got it`];
    case 'failed':
      if (isArrived) return [`message ${id} failed (${error}), and the provider has it`];
      return isExcused(error, account) ? [] : [`message ${id} failed (${error}), and nothing done here excuses it`];
    case 'queued':
    case 'sending':
      return mayWait(account) ? [] : [`message ${id} is ${status} for ever`];
    case 'uncertain':
      // Only who had no answer may not know; a fault of our own is none.
      return error === 'uncertain' || isExcused(error, account) ? [] : [`message ${id} is uncertain (${error})`];
    default:
      return [];
  }
}

/** Ends of a message that clients of a race bring about: a time to live, a resume that sends nothing old, a deletion. */
const isExcused = (error: string | null, { isDeleted }: Remains): boolean =>
  error === 'expired' || error === 'stale' || (error === 'account_deleted' && isDeleted);

const mayWait = ({ isDeleted, isPaused, detail }: Remains): boolean =>
  !isDeleted && (isPaused || detail !== 'CONNECTED.online');
