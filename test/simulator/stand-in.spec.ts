import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { saw } from './library-client.js';
import { openStage, type Stage } from './stage.js';

const alice = '491700000001';
const bob = '491700000002';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.end());

describe('the stand-in of WhatsApp, seen by the unmodified library', () => {
  it('pairs by QR and becomes ready with its number', async () => {
    const one = stage.client('qr');
    const ready = saw(one, 'ready');
    const shown = saw<[string]>(one, 'qr');
    await one.initialize();
    const [first] = await shown;
    const [page] = await stage.control.pages();
    expect(page).toMatchObject({ state: 'UNPAIRED', qr: first, number: null });
    const rotated = saw<[string]>(one, 'qr');
    await stage.control.rotateQr(page!.id);
    const [second] = await rotated;
    expect(second).not.toBe(first);
    await expect(stage.control.scan({ qr: first, number: alice })).rejects.toMatchObject({ code: 'qr_not_shown' });
    await stage.control.scan({ qr: second, number: alice, pushname: 'Alice' });
    await ready;
    expect(one.info.wid._serialized).toBe(`${alice}@c.us`);
    expect(one.info.pushname).toBe('Alice');
    expect(await one.getState()).toBe('CONNECTED');
    expect((await stage.control.pages())[0]).toMatchObject({
      state: 'CONNECTED',
      hasSynced: true,
      number: alice,
      gaps: [],
    });
  });

  it('pairs by a code that is typed on the phone', async () => {
    const one = stage.client('code', { pairWithPhone: bob });
    const ready = saw(one, 'ready');
    const given = saw<[string]>(one, 'code');
    await one.initialize();
    const [code] = await given;
    expect(code).toMatch(/^[1-9A-Z]{8}$/);
    await expect(stage.control.enterCode({ code, number: alice })).rejects.toMatchObject({
      code: 'code_for_another_number',
    });
    await stage.control.enterCode({ code, number: bob });
    await ready;
    expect(one.info.wid.user).toBe(bob);
  });

  it('restarts from its profile without a QR, also after its browser was killed', async () => {
    const first = await stage.paired('restart', alice);
    await stage.close(first);
    for (const end of ['destroyed', 'killed']) {
      const again = await stage.restored('restart');
      expect(again.info.wid.user).toBe(alice);
      if (end === 'killed') await stage.kill(again);
      else await stage.close(again);
    }
    expect(await stage.control.journal({ kind: 'device.login' })).toHaveLength(2);
    expect(await stage.control.journal({ kind: 'device.linked' })).toHaveLength(1);
  });

  it('shows progress while it syncs', async () => {
    const one = stage.client('progress');
    const shown = saw<[string]>(one, 'qr');
    const percents: unknown[] = [];
    one.on('loading_screen', (percent) => percents.push(percent));
    await one.initialize();
    const ready = saw(one, 'ready');
    await stage.control.scan({ qr: (await shown)[0], number: alice });
    await ready;
    expect(percents).toEqual([0, 25, 50, 75, 100]);
  });

  it('refuses a login that expired with a QR, and one that was revoked with a redirection', async () => {
    const one = await stage.paired('refused', alice);
    await stage.close(one);
    await stage.control.setFault({ name: 'expired', number: alice });
    const expired = stage.client('refused');
    const shown = saw<[string]>(expired, 'qr');
    await expired.initialize();
    await stage.control.clearFaults();
    const ready = saw(expired, 'ready');
    await stage.control.scan({ qr: (await shown)[0], number: alice });
    await ready;
    await stage.close(expired);

    await stage.control.logout({ number: alice });
    // The refusal comes when the library waits for the page's word: not between two of its questions.
    await stage.control.setFault({ name: 'slow', stage: 'login', ms: 1_000 });
    await expect(stage.client('refused').initialize()).rejects.toThrow(/Execution context was destroyed|navigation/);
    expect(await stage.control.journal({ kind: 'device.refused' })).toMatchObject([
      { detail: 'expired' },
      { detail: 'revoked' },
    ]);
  });

  it('is logged out from the phone: by a redirection, or by its state', async () => {
    const one = await stage.paired('logout', alice);
    const gone = saw<[string]>(one, 'disconnected');
    const qr = saw(one, 'qr');
    await stage.control.logout({ number: alice, mode: 'navigate' });
    expect((await gone)[0]).toBe('LOGOUT');
    await qr; // the library asks for a new one in the same client
    await stage.close(one);

    const two = await stage.paired('logout-state', bob);
    const goneToo = saw<[string]>(two, 'disconnected');
    await stage.control.logout({ number: bob, mode: 'unpaired' });
    expect((await goneToo)[0]).toBe('UNPAIRED');
    expect((await stage.control.devices()).map(({ unlinked }) => unlinked)).toEqual(['phone', 'phone']);
  });

  it('logs out by itself: the server has no such device any more', async () => {
    const one = await stage.paired('own-logout', alice);
    await one.logout();
    expect(await stage.control.devices()).toMatchObject([{ number: alice, unlinked: 'self', connected: false }]);
  });
});
