import { setTimeout as delay } from 'node:timers/promises';
import type { TestRuntime } from '#test/support/runtime';
import type { Figure } from '../figure.js';
import { median } from '../percentile.js';
import type { WhatsappFleet } from './fleet.js';

export const SENDERS = [1, 5] as const;
/** Muster commits every step of a message; it may cost this share of what the library alone sends. */
const RATIO_MIN = 0.85;
/** Messages of each account in one round: seconds of sending, so that the first and the last count little. */
const MESSAGES = 150;
const WARM_UP_MESSAGES = 30;
const RECIPIENT = '+491700000999';
/** A look costs milliseconds of the processors that send; when the last one was acknowledged is read afterwards. */
const LOOK_EVERY_MS = 250;
const DRAIN_MS_MAX = 120_000;

/**
 * From the word to send to the last message that the provider has acknowledged, as stored, of messages that are accepted
 * already; beside it a bare script that calls `sendMessage(…, { waitUntilMsgSent: true })` one after the other for each
 * account. The same library, browser and stand-in, in turn; all browsers of both are running all the while. And for
 * comparison, with the calls that have them accepted at the same time, on the same two processors.
 */
export async function benchSending(
  fleet: WhatsappFleet,
  rounds: number,
  signal: AbortSignal,
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const most = Math.max(...SENDERS);
  await fleet.bare.ours.pair(most);
  for (const count of SENDERS) {
    await fleet.want(count);
    const bare = await fleet.bare.ours.start(count);
    const accounts = fleet.accountIds.slice(0, count);
    const done: Round[] = [];
    try {
      await sendWaiting(fleet, accounts, WARM_UP_MESSAGES, signal);
      await bare.send(RECIPIENT, WARM_UP_MESSAGES);
      while (done.length < rounds) {
        const ours = await sendWaiting(fleet, accounts, MESSAGES, signal);
        const both = await acceptAndSend(fleet, accounts, MESSAGES, signal);
        done.push({ ours, both, bare: await bare.send(RECIPIENT, MESSAGES) });
      }
    } finally {
      await bare.end();
    }
    figures.push(...compare(count, done));
  }
  return figures;
}

/** Seconds. */
interface Round {
  readonly ours: number;
  readonly both: number;
  readonly bare: number;
}

function compare(count: number, rounds: readonly Round[]): readonly Figure[] {
  const note = `median of ${rounds.length} with ${MESSAGES} messages an account, in turn`;
  const rate = (field: keyof Round): number => median(rounds.map((round) => (count * MESSAGES) / round[field]));
  const ratio = median(rounds.map(({ ours, bare }) => bare / ours));
  const who = `${count} WhatsApp account${count > 1 ? 's' : ''}`;
  const bar = { atLeast: RATIO_MIN };
  return [
    { name: `${who}, accepted to acknowledged`, value: rate('ours'), unit: '/s', note },
    { name: '  while as many are accepted by HTTP', value: rate('both'), unit: '/s', note },
    { name: '  a bare script with the same library, browser and flags', value: rate('bare'), unit: '/s', note },
    { name: `  ${who}, ours ÷ bare`, value: ratio, unit: '×', bar, note: 'median of the ratios of each round' },
  ];
}

/** Answers the seconds from the word to send until all are acknowledged. */
async function sendWaiting(
  { runtime }: WhatsappFleet,
  accounts: readonly string[],
  messages: number,
  signal: AbortSignal,
): Promise<number> {
  const { outbox } = runtime.client;
  for (const id of accounts) await outbox.pause(id);
  await Promise.all(accounts.map((id) => accept(runtime, id, messages)));
  const beganAt = Date.now();
  const sentAt = accounts.map(async (id) => {
    await outbox.resume(id);
    return allSent(runtime, id, signal);
  });
  return (Math.max(...(await Promise.all(sentAt))) - beganAt) / 1_000;
}

/** Answers the seconds from the first call until all are acknowledged. */
async function acceptAndSend(
  { runtime }: WhatsappFleet,
  accounts: readonly string[],
  messages: number,
  signal: AbortSignal,
): Promise<number> {
  const beganAt = Date.now();
  const sentAt = accounts.map(async (id) => {
    await accept(runtime, id, messages);
    return allSent(runtime, id, signal);
  });
  return (Math.max(...(await Promise.all(sentAt))) - beganAt) / 1_000;
}

async function accept({ client }: TestRuntime, id: string, messages: number): Promise<void> {
  for (let n = 0; n < messages; n += 1)
    await client.messages.send(id, { to: RECIPIENT, text: `message ${n} of this round` });
}

/** Answers when the last was acknowledged: first in, first out, so it is the newest. */
async function allSent({ client }: TestRuntime, id: string, signal: AbortSignal): Promise<number> {
  const until = performance.now() + DRAIN_MS_MAX;
  while ((await client.outbox.show(id)).waiting > 0) {
    if (performance.now() > until) throw new Error(`messages of ${id} still wait after ${DRAIN_MS_MAX} ms`);
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
  for (const status of ['failed', 'uncertain'] as const) {
    const { items } = await client.messages.list(id, { limit: 1, status });
    if (items[0]) throw new Error(`a message of ${id} is ${status}: ${items[0].error?.message}`);
  }
  const { items } = await client.messages.list(id, { limit: 1, direction: 'out' });
  return Date.parse(items[0]!.sentAt!);
}
