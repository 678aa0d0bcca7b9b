import { setTimeout as delay } from 'node:timers/promises';
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
const LOOK_EVERY_MS = 20;
const DRAIN_MS_MAX = 120_000;

/**
 * From the first accepted message to the last that the provider has acknowledged, as stored; beside it a bare script that
 * calls `sendMessage(…, { waitUntilMsgSent: true })` one after the other for each account. The same library, browser and
 * stand-in, in turn; all browsers of both are running all the while.
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
    const ours: number[] = [];
    const bares: number[] = [];
    try {
      await sendByMuster(fleet, count, WARM_UP_MESSAGES, signal);
      await bare.send(RECIPIENT, WARM_UP_MESSAGES);
      for (let round = 0; round < rounds; round += 1) {
        ours.push((count * MESSAGES) / (await sendByMuster(fleet, count, MESSAGES, signal)));
        bares.push((count * MESSAGES) / (await bare.send(RECIPIENT, MESSAGES)));
      }
    } finally {
      await bare.end();
    }
    figures.push(...compare(count, median(ours), median(bares), rounds));
  }
  return figures;
}

function compare(count: number, ours: number, bare: number, rounds: number): readonly Figure[] {
  const note = `median of ${rounds} with ${MESSAGES} messages an account, in turn`;
  return [
    {
      name: `sent by ${count} WhatsApp account${count > 1 ? 's' : ''}, accepted to acknowledged`,
      value: ours,
      unit: '/s',
      note,
    },
    { name: '  a bare script with the same library, browser and flags', value: bare, unit: '/s', note },
    { name: '  ratio', value: ours / bare, unit: '×', bar: { atLeast: RATIO_MIN } },
  ];
}

/** Answers the seconds. */
async function sendByMuster(
  { runtime, accountIds }: WhatsappFleet,
  count: number,
  messages: number,
  signal: AbortSignal,
): Promise<number> {
  const { client } = runtime;
  const beganAt = performance.now();
  await Promise.all(
    accountIds.slice(0, count).map(async (id) => {
      for (let n = 0; n < messages; n += 1)
        await client.messages.send(id, { to: RECIPIENT, text: `message ${n} of this round` });
      const until = performance.now() + DRAIN_MS_MAX;
      while (await waiting(runtime.url, id)) {
        if (performance.now() > until) throw new Error(`messages of ${id} still wait after ${DRAIN_MS_MAX} ms`);
        await delay(LOOK_EVERY_MS, undefined, { signal });
      }
      const { items } = await client.messages.list(id, { limit: 1, direction: 'out' });
      if (items[0]?.status === 'failed' || items[0]?.status === 'uncertain')
        throw new Error(`a message of ${id} is ${items[0].status}: ${items[0].error?.message}`);
    }),
  );
  return (performance.now() - beganAt) / 1_000;
}

async function waiting(url: string, accountId: string): Promise<boolean> {
  const answer = await fetch(`${url}/api/v1/accounts/${accountId}/outbox`);
  return ((await answer.json()) as { waiting: number }).waiting > 0;
}
