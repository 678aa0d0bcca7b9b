import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Message } from 'whatsapp-web.js';
import { saw, type LibraryClient } from './library-client.js';
import { openStage, type Stage } from './stage.js';

const alice = '491700000001';
const stranger = '491700000009@c.us';

/** Until a busy browser has got so far. */
const SOON = { timeout: 15_000 };

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

/** The faults that struck so far, in order. */
const struck = async (): Promise<unknown[]> =>
  (await stage.control.journal({ kind: 'page.fault' })).map(({ detail }) => detail);

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

  it('hasSynced twice at once: ready all the same', async () => {
    const one = await resting('twice');
    await stage.control.setFault({ name: 'has_synced', when: 'twice', number: alice });
    const ready = saw(one, 'ready');
    await one.initialize();
    await ready;
    expect(await one.getState()).toBe('CONNECTED');
  });

  it('a site that never answers strikes the restored device', async () => {
    const one = await resting('silent-site');
    await stage.control.setFault({ name: 'never_answers', number: alice });
    const outcome = one.initialize().then(
      () => 'started',
      () => 'closed meanwhile',
    );
    await expect.poll(struck, SOON).toEqual(['never_answers']);
    await stage.close(one);
    expect(await outcome).toBe('closed meanwhile');
  });

  it('a site that fails strikes the restored device; then it is well again', async () => {
    await stage.close(await stage.paired('site', alice));
    for (const [name, outcome] of [
      ['http_500', 'auth timeout'],
      ['never_boots', 'auth timeout'],
      ['connection_reset', 'ERR_CONNECTION_RESET'],
    ] as const) {
      await stage.control.setFault({ name, number: alice, times: 1 });
      const one = stage.client('site', { authTimeoutMs: 500 });
      // The library rejects with an error or, for its own time limit, with a string.
      expect(await one.initialize().then(() => 'started', String)).toContain(outcome);
      await stage.close(one);
    }
    expect(await struck()).toEqual(['http_500', 'never_boots', 'connection_reset']);
    const well = stage.client('site');
    const ready = saw(well, 'ready');
    await well.initialize();
    await ready;
  });

  it('a login that is on disk says whose it is, so that its document can be struck after the browser was killed', async () => {
    const one = await stage.paired('cookie', alice);
    await expect.poll(() => stage.disk('cookie', /^Cookies/), { timeout: 10_000 }).toContain('stand_in_device');
    await stage.kill(one);
    await stage.control.setFault({ name: 'http_500', number: alice });
    await expect(stage.client('cookie', { authTimeoutMs: 500 }).initialize()).rejects.toBe('auth timeout');
  });

  it('a pairing that stalls: scanned, PAIRING, and nothing more; a page loaded anew pairs', async () => {
    const one = stage.client('stalls');
    const shown = saw<[string]>(one, 'qr');
    await one.initialize();
    const stall = await stage.control.setFault({ name: 'pairing_stalls', number: alice });
    await stage.control.scan({ qr: (await shown)[0], number: alice });
    await expect.poll(() => one.getState(), SOON).toBe('PAIRING');
    expect(await stage.control.devices()).toEqual([]);
    await stage.control.removeFault(stall.id);
    const shownAgain = saw<[string]>(one, 'qr');
    const ready = saw(one, 'ready');
    await stage.control.do({ number: alice, deed: 'reload' });
    await stage.control.scan({ qr: (await shownAgain)[0], number: alice });
    await ready;
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

  it('a network that is cut: the line dies, nothing of the site is reached; then all is as it was', async () => {
    const one = await stage.paired('cut', alice);
    await one.sendMessage(stranger, 'a chat that the page knows');
    const opening = saw<[string]>(one, 'change_state', (state) => state === 'OPENING');
    const cut = await stage.control.setFault({ name: 'network_cut', number: alice });
    await opening;
    const reach = `fetch('/index.html', { signal: AbortSignal.timeout(1000) }).then(() => 'reached', (error) => error.name)`;
    expect(await one.pupPage!.evaluate(reach)).toBe('TypeError');
    const connected = saw<[string]>(one, 'change_state', (state) => state === 'CONNECTED');
    await stage.control.removeFault(cut.id);
    await connected;
    expect(await one.pupPage!.evaluate(reach)).toBe('reached');

    const silence = await stage.control.setFault({ name: 'network_cut', mode: 'silent', number: alice });
    const isLate = ({ body }: Message): boolean => body === 'into the silence';
    const confirmed = saw<[Message, number]>(one, 'message_ack', (message, ack) => isLate(message) && ack === 2);
    expect((await one.sendMessage(stranger, 'into the silence')).ack).toBe(0);
    expect(await one.pupPage!.evaluate(reach)).toBe('TimeoutError');
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

  it('a state forced before the login holds the page there, until it is taken back', async () => {
    const one = await resting('held');
    const fault = await stage.control.setFault({ name: 'state', state: 'OPENING', number: alice });
    const ready = saw(one, 'ready');
    const started = one.initialize().then(() => 'started');
    await expect.poll(struck, SOON).toEqual(['state']);
    expect((await stage.control.pages())[0]).toMatchObject({ state: 'OPENING', hasSynced: false, number: null });
    expect(await stage.control.journal({ kind: 'device.login' })).toEqual([]);
    await stage.control.removeFault(fault.id);
    expect(await started).toBe('started');
    await ready;
    await stage.close(one);

    for (const state of ['TIMEOUT', 'CONFLICT', 'PROXYBLOCK', 'UNPAIRED_IDLE'] as const) {
      await stage.control.setFault({ name: 'state', state, number: alice, times: 1 });
      const next = stage.client('held');
      await next.initialize();
      expect(await next.getState()).toBe(state);
      await stage.close(next);
    }
  });

  it('a second browser with the same login: the older hears CONFLICT, unless it takes over; then the other does', async () => {
    await stage.close(await stage.paired('one', alice));
    stage.copy('one', 'two');
    const [older, newer] = [stage.client('one'), stage.client('two', { takeoverOnConflict: true })];
    const states: string[] = [];
    newer.on('change_state', (state) => states.push(state));
    const gone = saw<[string]>(older, 'disconnected');
    for (const one of [older, newer]) {
      const ready = saw(one, 'ready');
      await one.initialize();
      await ready;
    }
    expect((await gone)[0]).toBe('CONFLICT');
    await stage.close(older);
    await stage.client('one').initialize();
    await expect.poll(() => states, { timeout: 10_000 }).toEqual(['CONFLICT', 'OPENING', 'CONNECTED']);
    const shown = async (): Promise<unknown[]> => (await stage.control.pages()).map(({ state }) => state);
    await expect.poll(shown, SOON).toEqual(['CONNECTED', 'CONFLICT']);
  });

  it('an own logout that loses its page rejects, and is valid all the same', async () => {
    const one = await stage.paired('own-logout-lost', alice);
    await stage.control.setFault({ name: 'logout_navigates', number: alice });
    await expect(one.logout()).rejects.toThrow(/Execution context was destroyed|navigation/);
    expect(await stage.control.devices()).toMatchObject([{ number: alice, unlinked: 'self' }]);
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
    await expect.poll(() => one.getState(), SOON).toBe('UNPAIRED_IDLE');
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
