import { afterAll, beforeAll, describe, expect } from 'vitest';
import { waitUntil } from '#libs/client/wait-until';
import { killExactly, restartOf, WAIT } from '#test/support/whatsapp-stage';
import { scenariosOf } from './scenario.js';
import { type Person, type ScenarioStage, setScenario } from './scenario-stage.js';

const scenario = scenariosOf('sending');
const stranger = '+491700000009';

let scene: ScenarioStage<'alice' | 'bob' | 'carol' | 'olga'>;

beforeAll(async () => {
  scene = await setScenario(['alice', 'bob', 'carol', 'olga'], { DEGRADED_DEADLINE_MS: '20000' });
});
afterAll(() => scene?.[Symbol.asyncDispose]());

const send = ({ id }: Person, text: string, to = stranger) => scene.stage.client.messages.send(id, { to, text });

/** How often the servers took it in. */
async function acceptedTimes(...texts: readonly string[]): Promise<readonly number[]> {
  const accepted = await scene.stage.control.journal({ kind: 'message.accepted', limit: 10_000 });
  return texts.map((text) => accepted.filter((entry) => entry.text === text).length);
}

/** The account itself is as before: not one step in its history. */
async function untouched(who: Person, story: () => Promise<void>): Promise<void> {
  const seq = await scene.stage.lastSeq(who.id);
  await story();
  expect(await scene.stage.lastSeq(who.id)).toBe(seq);
}

describe.concurrent('a message', () => {
  scenario('the server never answers a send', async () => {
    const { messages } = scene.stage.client;
    const { alice } = scene.cast;
    const silence = await scene.strikeAt(alice, { name: 'unanswered_sends', taken: true });
    const { id } = await send(alice, 'taken without a word');
    await messages.untilStatus(id, ['sending'], WAIT);
    await waitUntil(
      'the servers to take it',
      () => acceptedTimes('taken without a word'),
      ([times]) => times === 1,
      WAIT,
    );
    expect(await messages.get(id)).toMatchObject({ status: 'sending', sentAt: null });
    await silence.remove();
    // Its page would be asked again after 30 s; a new one reads back at once.
    await restartOf(scene.stage, alice.id);
    await messages.untilStatus(id, ['sent', 'delivered'], WAIT);
    expect(await acceptedTimes('taken without a word')).toEqual([1]);
  });

  scenario('the server refuses a send', () =>
    untouched(scene.cast.bob, async () => {
      const { bob } = scene.cast;
      await scene.strikeAt(bob, { name: 'refuse_sends', times: 1 });
      const { id } = await send(bob, 'refused');
      const failed = await scene.stage.client.messages.untilStatus(id, ['failed'], WAIT);
      expect(failed.error).toMatchObject({ code: expect.any(String) as string, message: expect.any(String) as string });
      const next = await send(bob, 'the next one');
      await scene.stage.client.messages.untilStatus(next.id, ['delivered'], WAIT);
      expect(await acceptedTimes('refused', 'the next one')).toEqual([0, 1]);
    }),
  );

  scenario('a send while the socket is down', async () => {
    const { carol } = scene.cast;
    const down = await scene.strikeAt(carol, { name: 'socket_down' });
    const { id, status } = await send(carol, 'into the dark');
    expect(status).toBe('queued');
    await waitUntil(
      'degraded',
      () => scene.stage.client.accounts.get(carol.id),
      ({ detail }) => detail === 'CONNECTED.degraded',
      WAIT,
    );
    await down.remove();
    await scene.stage.client.messages.untilStatus(id, ['delivered'], WAIT);
    expect(await acceptedTimes('into the dark')).toEqual([1]);
  });
});

describe('a message that', () => {
  scenario('a chat id that is none', () =>
    untouched(scene.cast.bob, async () => {
      const { bob } = scene.cast;
      await scene.stage.control.setPhone('+491700000008', { registered: false });
      const { id } = await send(bob, 'to nobody', '+491700000008');
      const failed = await scene.stage.client.messages.untilStatus(id, ['failed'], WAIT);
      expect(failed.error).toMatchObject({ code: 'bad_recipient' });
    }),
  );

  scenario('the page rejects a send', () =>
    untouched(scene.cast.bob, async () => {
      const { bob } = scene.cast;
      const fault = await scene.strikeAt(bob, { name: 'bad_chat', chat: '491700000007' });
      const { id } = await send(bob, 'rejected', '+491700000007');
      const failed = await scene.stage.client.messages.untilStatus(id, ['failed'], WAIT);
      expect(failed.error).toMatchObject({ code: expect.any(String) as string });
      await fault.remove();
      expect(await acceptedTimes('rejected')).toEqual([0]);
    }),
  );

  scenario('the browser is killed in the middle of sends', async () => {
    const { bob } = scene.cast;
    const texts = Array.from({ length: 8 }, (_, n) => `number ${n}`);
    await scene.play(bob, {
      strike: async () => {
        const messages = [];
        for (const text of texts) messages.push(await send(bob, text));
        await scene.stage.client.messages.untilStatus(messages[1]!.id, ['sent', 'delivered'], WAIT);
        killExactly(scene.stage.browserOf(bob.id)[0]);
      },
      reason: 'browser_gone',
      ends: 'CONNECTED.online',
      withinMs: 60_000,
      sessions: 1,
      never: ['QR_READY'],
    });
    const { messages } = scene.stage.client;
    const listed = (await messages.list(bob.id, { direction: 'out', limit: 100 })).items;
    const mine = listed.filter(({ text }) => texts.includes(text ?? ''));
    expect(mine).toHaveLength(texts.length);
    const ends = await Promise.all(
      mine.map(({ id }) => messages.untilStatus(id, ['sent', 'delivered', 'uncertain'], WAIT)),
    );
    const times = await acceptedTimes(...texts);
    expect(times.filter((count) => count > 1)).toEqual([]);
    for (const { text, status } of ends) if (status !== 'uncertain') expect(times[texts.indexOf(text!)], text!).toBe(1);
  });
});
