import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { saw, type LibraryClient } from './library-client.js';
import { openStage, type Stage } from './stage.js';

const alice = '491700000001';

/** Until a busy browser has got so far. */
const SOON = { timeout: 30_000 };

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

/** A page that has just been closed is known for a moment longer, and a fault that strikes once would strike it. */
const nobodyIsHere = async (): Promise<void> => expect.poll(() => stage.control.pages(), SOON).toEqual([]);

describe('faults of the stand-in until an account is connected, as the library shows them', () => {
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
    await stage.control.setFault({ name: 'slow', stage: 'sync', ms: 1_500, number: alice, times: 1 }); // seen by one who listens late
    await stage.control.setFault({ name: 'has_synced', when: 'never', number: alice, times: 1 });
    await one.initialize();
    await progress;
    expect(await one.getState()).toBe('CONNECTED');
    expect([await pageSynced(), readies()]).toEqual([false, 0]);
    await stage.close(one);
    await stage.restored('never');
  });

  it('hasSynced twice at once: ready all the same', async () => {
    await stage.close(await stage.paired('twice', alice));
    await stage.control.setFault({ name: 'has_synced', when: 'twice', number: alice });
    const one = await stage.restored('twice');
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
    await stage.restored('site');
  });

  it('a login that is on disk says whose it is, so that its document can be struck after the browser was killed', async () => {
    const one = await stage.paired('cookie', alice);
    await expect.poll(() => stage.disk('cookie', /^Cookies/), SOON).toContain('stand_in_device');
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
    await one.hearOfSync();
    await ready;
    await stage.close(one);

    for (const state of ['TIMEOUT', 'CONFLICT', 'PROXYBLOCK', 'UNPAIRED_IDLE'] as const) {
      await nobodyIsHere();
      await stage.control.setFault({ name: 'state', state, number: alice, times: 1 });
      const next = stage.client('held');
      await next.initialize();
      expect(await next.getState()).toBe(state);
      await stage.close(next);
    }
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
