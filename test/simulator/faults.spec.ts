import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Message } from 'whatsapp-web.js';
import { saw } from './library-client.js';
import { openStage, type Stage } from './stage.js';

const alice = '491700000001';
const stranger = '491700000009@c.us';

/** Until a busy browser has got so far. */
const SOON = { timeout: 30_000 };

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.end());

describe('faults of the stand-in once an account is connected, as the library shows them', () => {
  it('a socket that is down: OPENING, then CONNECTED; a message waits for it and is sent once', async () => {
    const one = await stage.paired('socket', alice);
    const opening = saw<[string]>(one, 'change_state', (state) => state === 'OPENING');
    const fault = await stage.control.setFault({ name: 'socket_down', number: alice });
    await opening;
    const sent = await one.sendMessage(stranger, 'when you are back');
    expect(sent.ack).toBe(0);
    const connected = saw<[string]>(one, 'change_state', (state) => state === 'CONNECTED');
    const confirmed = saw<[Message, number]>(one, 'message_ack', (_, ack) => ack === 2);
    await stage.control.removeFault(fault.id);
    await Promise.all([connected, confirmed]);
    expect(await stage.control.journal({ kind: 'message.accepted' })).toHaveLength(1);
  });

  it('a network that is cut: the line dies, nothing of the site is reached; then all is as it was', async () => {
    const one = await stage.paired('cut', alice);
    await one.sendMessage(stranger, 'a chat that the page knows');
    const opening = saw<[string]>(one, 'change_state', (state) => state === 'OPENING');
    const cut = await stage.control.setFault({ name: 'network_cut', number: alice });
    await opening;
    const reach = (ms = 10_000): Promise<unknown> =>
      one.pupPage!.evaluate(
        `fetch('/index.html', { signal: AbortSignal.timeout(${ms}) }).then(() => 'reached', (error) => error.name)`,
      );
    expect(await reach()).toBe('TypeError');
    const connected = saw<[string]>(one, 'change_state', (state) => state === 'CONNECTED');
    await stage.control.removeFault(cut.id);
    await connected;
    expect(await reach()).toBe('reached');

    const silence = await stage.control.setFault({ name: 'network_cut', mode: 'silent', number: alice });
    const isLate = ({ body }: Message): boolean => body === 'into the silence';
    const confirmed = saw<[Message, number]>(one, 'message_ack', (message, ack) => isLate(message) && ack === 2);
    expect((await one.sendMessage(stranger, 'into the silence')).ack).toBe(0);
    expect(await reach(1_000)).toBe('TimeoutError');
    expect(await one.getState()).toBe('CONNECTED');
    expect(await stage.control.journal({ kind: 'message.accepted' })).toHaveLength(1);
    await stage.control.removeFault(silence.id);
    await confirmed;
    expect(await stage.control.journal({ kind: 'message.accepted' })).toHaveLength(2);
  });

  it('a bad chat rejects the send, and no other; then it is good', async () => {
    const one = await stage.paired('bad-chat', alice);
    await one.sendMessage(stranger, 'a chat that was good');
    await stage.control.setFault({ name: 'bad_chat', number: alice, chat: '491700000009', times: 1 });
    await expect(one.sendMessage(stranger, 'no')).rejects.toThrow('cannot be written to');
    await one.sendMessage('491700000008@c.us', 'another chat');
    await one.sendMessage(stranger, 'good again');
    const texts = (): Promise<unknown[]> =>
      stage.control.journal({ kind: 'message.accepted' }).then((all) => all.map(({ text }) => text));
    await expect.poll(texts, SOON).toEqual(['a chat that was good', 'another chat', 'good again']);
    expect(await stage.control.journal({ kind: 'message.rejected' })).toMatchObject([{ to: '491700000009' }]);
  });

  it('a refused message resolves and is told by its acknowledgement only', async () => {
    const one = await stage.paired('refuse', alice);
    await stage.control.setFault({ name: 'refuse_sends', number: alice });
    const told = saw<[Message, number]>(one, 'message_ack');
    await one.sendMessage(stranger, 'no', { waitUntilMsgSent: true });
    expect((await told)[1]).toBe(-1);
    expect(await stage.control.journal({ kind: 'message.accepted' })).toEqual([]);
  });

  it('an unanswered message resolves with nothing; whether it was taken is in the journal', async () => {
    const one = await stage.paired('unanswered', alice);
    for (const taken of [true, false]) {
      const fault = await stage.control.setFault({ name: 'unanswered_sends', number: alice, taken });
      expect((await one.sendMessage(stranger, `taken: ${taken}`)).ack).toBe(0);
      await expect.poll(async () => (await stage.control.faults())[0]?.struck, SOON).toBe(1);
      await stage.control.removeFault(fault.id);
    }
    expect(await stage.control.journal({ kind: 'message.accepted' })).toMatchObject([{ text: 'taken: true' }]);
    expect(await stage.control.journal({ kind: 'message.unanswered' })).toMatchObject([{ text: 'taken: false' }]);
    expect(await stage.control.journal({ kind: 'message.ack' })).toEqual([]);
  });

  it('a forced state is shown until it is taken back; CONFLICT ends the client', async () => {
    const one = await stage.paired('state', alice);
    const timeout = saw<[string]>(one, 'change_state', (state) => state === 'TIMEOUT');
    const fault = await stage.control.setFault({ name: 'state', state: 'TIMEOUT', number: alice });
    await timeout;
    const connected = saw<[string]>(one, 'change_state', (state) => state === 'CONNECTED');
    await stage.control.removeFault(fault.id);
    await connected;
    const gone = saw<[string]>(one, 'disconnected');
    await stage.control.setFault({ name: 'state', state: 'CONFLICT', number: alice });
    expect((await gone)[0]).toBe('CONFLICT');
  });

  it('a second browser with the same login: the older hears CONFLICT, unless it takes over; then the other does', async () => {
    await stage.close(await stage.paired('one', alice));
    stage.copy('one', 'two');
    const older = await stage.restored('one');
    const gone = saw<[string]>(older, 'disconnected');
    const newer = await stage.restored('two', { takeoverOnConflict: true });
    const states: string[] = [];
    newer.on('change_state', (state) => states.push(state));
    expect((await gone)[0]).toBe('CONFLICT');
    await stage.close(older);
    await stage.client('one').initialize();
    await expect.poll(() => states, SOON).toEqual(['CONFLICT', 'OPENING', 'CONNECTED']);
    const shown = async (): Promise<unknown[]> => (await stage.control.pages()).map(({ state }) => state);
    await expect.poll(shown, SOON).toEqual(['CONNECTED', 'CONFLICT']);
  });

  it('an own logout that loses its page rejects, and is valid all the same', async () => {
    const one = await stage.paired('own-logout-lost', alice);
    await stage.control.setFault({ name: 'logout_navigates', number: alice });
    await expect(one.logout()).rejects.toThrow(/Execution context was destroyed|navigation/);
    expect(await stage.control.devices()).toMatchObject([{ number: alice, unlinked: 'self' }]);
  });
});
