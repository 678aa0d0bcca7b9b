import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MusterClient } from '#libs/client/client';
import type { EventStream, StreamState } from '#libs/client/event-stream';
import { readEvent } from '#libs/contracts/event-data';
import type { LoggedEvent } from '#libs/contracts/event-log';
import type { MessageView } from '#libs/contracts/message';
import type { StreamFrame } from '#libs/contracts/stream';
import { freePort } from '#test/support/free-port';
import { startRuntime, type TestRuntime } from '#test/support/runtime';
import { connectPair, messageOf, type Person } from '#test/support/simulated-pair';

/** Each way in each round; with two kills, three rounds. */
const MESSAGES = 30;
const KILLS = 2;
/** Two starts, each of which takes 20 s on a busy machine. */
const PATIENT = { timeout: 240_000 };
/** The stream comes back up to 10 s after a start that took long. */
const SETTLED_MS_MAX = 60_000;

describe('a stream over the death of its runtime', () => {
  let runtime: TestRuntime;
  let client: MusterClient;
  let people: readonly [Person, Person];
  let stream: EventStream;
  const frames: StreamFrame[] = [];
  const states: StreamState['is'][] = [];
  let began: string;
  let reading: Promise<void>;

  beforeAll(async () => {
    runtime = await startRuntime({ PORT: String(await freePort()) });
    ({ client } = runtime);
    const { alice, bob } = await connectPair(client);
    people = [alice, bob];
    stream = client.stream({ topics: ['messages', 'accounts'] });
    stream.onState(({ is }) => {
      if (is !== states.at(-1)) states.push(is);
    });
    await stream.untilLive();
    began = stream.cursor!;
    reading = (async () => {
      for await (const frame of stream) frames.push(frame);
    })();
  });
  afterAll(async () => {
    stream?.close();
    await reading;
    await runtime[Symbol.asyncDispose]();
  });

  it('is resumed by itself: each event once, in order, as the log has them', PATIENT, async () => {
    const sent: string[] = [];
    for (let kill = 0; kill <= KILLS; kill += 1) {
      const known = frames.length;
      const sending = sendAll(client, people, `round ${kill}`);
      if (kill < KILLS) {
        await expect
          .poll(() => frames.length, { timeout: SETTLED_MS_MAX, interval: 2 })
          .toBeGreaterThan(known + MESSAGES / 2);
        await runtime.kill();
        runtime = await runtime.startAgain();
      }
      sent.push(...(await sending));
    }
    const last = new Set(sent.slice(-2 * MESSAGES));
    await expect.poll(() => unsettled(client, people, last), { timeout: SETTLED_MS_MAX }).toEqual([]);
    for (const { id } of people) await client.accounts.untilConnected(id);

    const log = await caughtUp(client, began, frames);
    expect(frames).toEqual(log);
    expect(new Set(frames.map(({ id }) => id)).size).toBe(frames.length);
    const accepted = log.filter(({ event }) => event === 'message.accepted').map(idOfMessage);
    expect(accepted).toEqual(expect.arrayContaining(sent));
    expect(states).toEqual(['live', ...Array.from({ length: KILLS }, () => ['stale', 'live']).flat()]);
  });

  it('is told of each account in the order of its history', async () => {
    for (const { id } of people) {
      const told = frames.filter(({ accountId, event }) => accountId === id && event === 'account.changed');
      const { items } = await client.accounts.transitions(id, { limit: 500 });
      const steps = told
        .map(readEvent)
        .flatMap((one) => (one?.event === 'account.changed' ? one.data.transitions : []));
      const seqs = steps.map(({ seq }) => seq);
      expect(seqs).toEqual(items.map(({ seq }) => seq).slice(-seqs.length));
      expect(seqs.length).toBeGreaterThan(KILLS);
    }
  });

  it('is gone on with by another process, from the cursor that it kept, out of the log and then live', async () => {
    const half = frames[Math.floor(frames.length / 2)]!;
    const rest = frames.slice(frames.indexOf(half) + 1);
    const followed: LoggedEvent[] = [];
    for await (const event of client.events.follow({ after: half.cursor!, topics: ['messages', 'accounts'] })) {
      followed.push(event);
      if (followed.length === rest.length) await client.accounts.patch(people[0].id, { label: 'renamed' });
      if (event.event === 'account.updated') break;
    }
    expect(followed.slice(0, -1)).toEqual(rest);
    expect(followed.at(-1)).toMatchObject({ event: 'account.updated', accountId: people[0].id });
  });
});

const idOfMessage = (event: LoggedEvent): string => messageOf(event).id;

const textOf = (name: string, n: number): string => `${name} ${n}`;

/** Both at once to each other, each message until it is accepted, whatever becomes of the runtime meanwhile. */
async function sendAll({ messages }: MusterClient, people: readonly [Person, Person], name: string) {
  const [alice, bob] = people;
  const send = async (from: Person, to: Person, n: number): Promise<string> => {
    const idempotencyKey = `${name}:${from.phone}:${n}`.replaceAll(' ', '-');
    for (;;)
      try {
        return (await messages.send(from.id, { to: to.phone, text: textOf(name, n) }, { idempotencyKey })).id;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 50)); // it is away; the limit is the test's
      }
  };
  const line = async (from: Person, to: Person): Promise<readonly string[]> => {
    const ids: string[] = [];
    for (let n = 1; n <= MESSAGES; n += 1) ids.push(await send(from, to, n));
    return ids;
  };
  return (await Promise.all([line(alice, bob), line(bob, alice)])).flat();
}

/**
 * What is still to be told of messages. Of older ones than the `last`, `sent` may be the last word: the simulated servers
 * live in the runtime and die with it, and deliver no more.
 */
async function unsettled(
  { messages }: MusterClient,
  people: readonly Person[],
  last: ReadonlySet<string>,
): Promise<readonly string[]> {
  const left: MessageView[] = [];
  for (const { id } of people) {
    for (const status of ['queued', 'sending'] as const) left.push(...(await messages.list(id, { status })).items);
    const { items: sent } = await messages.list(id, { status: 'sent' });
    left.push(...sent.filter((message) => last.has(message.id)));
    const { items: received } = await messages.list(id, { direction: 'in', limit: 1 });
    left.push(...received.filter(({ text }) => text !== textOf(`round ${KILLS}`, MESSAGES)));
  }
  return left.map(({ id, status, text }) => `${id} ${text} ${status}`);
}

/** The log since then, once nothing more comes and the stream has told as much. */
async function caughtUp({ events }: MusterClient, after: string, frames: readonly StreamFrame[]) {
  const read = async (): Promise<readonly LoggedEvent[]> => {
    const log: LoggedEvent[] = [];
    for await (const event of events.all({ after, topics: 'messages,accounts' })) log.push(event);
    return log;
  };
  let log = await read();
  const isWhole = async (): Promise<boolean> => {
    log = await read();
    return log.length === frames.length;
  };
  await expect.poll(isWhole, { timeout: SETTLED_MS_MAX, interval: 100 }).toBe(true);
  return log;
}
