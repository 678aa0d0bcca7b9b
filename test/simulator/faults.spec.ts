import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Message } from 'whatsapp-web.js';
import { saw, type LibraryClient } from './library-client.js';
import { openStage, type Stage } from './stage.js';

const alice = '491700000001';
const stranger = '491700000009@c.us';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.end());

/** Paired and closed: the next client on this profile restores a login. */
async function resting(profile: string): Promise<LibraryClient> {
  await stage.close(await stage.paired(profile, alice));
  return stage.client(profile);
}

const pageSynced = async (): Promise<boolean> => (await stage.control.pages())[0]?.hasSynced ?? false;

describe('faults of the stand-in, as the library shows them', () => {
  it('hasSynced early: a restored login never gets ready, though all is well', async () => {
    const one = await resting('early');
    const readies = count(one, 'ready');
    await stage.control.setFault({ name: 'has_synced', when: 'early', number: alice });
    await one.initialize();
    expect(await one.getState()).toBe('CONNECTED');
    expect(await pageSynced()).toBe(true);
    expect(readies()).toBe(0);
    // The way out: the page's own handler, called once.
    const ready = saw(one, 'ready');
    await one.pupPage!.evaluate('void window.onAppStateHasSyncedEvent()');
    await ready;
  });

  it('hasSynced never: connected, and nothing more; the next start is well again when the fault strikes once', async () => {
    const one = await resting('never');
    const readies = count(one, 'ready');
    const progress = once(one, 'loading_screen');
    await stage.control.setFault({ name: 'has_synced', when: 'never', number: alice, times: 1 });
    await one.initialize();
    await progress;
    expect(await one.getState()).toBe('CONNECTED');
    expect([await pageSynced(), readies()]).toEqual([false, 0]);
    await stage.close(one);
    const two = stage.client('never');
    const ready = saw(two, 'ready');
    await two.initialize();
    await ready;
  });

  it('a server that answers 500, and one that never answers, strike the restored device', async () => {
    await stage.close(await stage.paired('http', alice));
    await stage.control.setFault({ name: 'http_500', number: alice });
    const one = stage.client('http', { authTimeoutMs: 500 });
    await expect(one.initialize()).rejects.toBe('auth timeout');
    await stage.close(one);
    await stage.control.clearFaults();
    await stage.control.setFault({ name: 'never_answers', number: alice });
    const two = stage.client('http');
    const outcome = two.initialize().then(
      () => 'started',
      () => 'closed meanwhile',
    );
    await expect.poll(async () => (await stage.control.journal({ kind: 'page.fault' })).length).toBe(2);
    await stage.close(two);
    expect(await outcome).toBe('closed meanwhile');
  });

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
      await expect.poll(async () => (await stage.control.faults())[0]?.struck).toBe(1);
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

  it('slow is slower', async () => {
    const one = await resting('slow');
    await stage.control.setFault({ name: 'slow', stage: 'login', ms: 700, number: alice });
    const startedMs = performance.now();
    await one.initialize();
    expect(performance.now() - startedMs).toBeGreaterThan(700);
  });

  it('codes that run out leave the page idle, until it asks for more', async () => {
    const one = stage.client('idle');
    const shown = saw<[string]>(one, 'qr');
    await one.initialize();
    await shown;
    const [page] = await stage.control.pages();
    await stage.control.rotateQr(page!.id, { idle: true });
    await expect.poll(() => one.getState()).toBe('UNPAIRED_IDLE');
    const fresh = saw<[string]>(one, 'qr');
    await one.pupPage!.evaluate(`window.require('WAWebCmd').Cmd.refreshQR()`);
    await fresh;
    expect(await one.getState()).toBe('UNPAIRED');
  });

  it('a phone that scans by itself takes the first QR it sees, once', async () => {
    await stage.control.setPhone(alice, { scansNewQr: true, pushname: 'Alice' });
    const one = stage.client('self-scan');
    const ready = saw(one, 'ready');
    await one.initialize();
    await ready;
    expect(one.info.wid.user).toBe(alice);
  });
});

function count(one: LibraryClient, event: string): () => number {
  let heard = 0;
  one.on(event, () => heard++);
  return () => heard;
}
