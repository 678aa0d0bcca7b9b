import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { valueOf } from '#libs/drivers/witness.contract';
import { openWhatsappStage, WAIT_MS, type WhatsappStage } from './whatsapp-stage.js';

const alice = '+491700000001';

let stage: WhatsappStage;

afterEach(() => stage.end());

describe('a WhatsApp session that starts', () => {
  it('ends at once when there is no browser, and says which was looked for', async () => {
    stage = await openWhatsappStage({ chromiumPath: '/nowhere/chromium' });
    const { witness } = stage.open();
    const last = await witness.ended();
    expect(last).toMatchObject({ type: 'driver.dropped', reason: 'browser_missing' });
    expect(last).toMatchObject({ detail: 'CHROMIUM_PATH=/nowhere/chromium is not an executable file' });
  });

  it('ends when the browser can not run here, after it was tried again', async () => {
    stage = await openWhatsappStage({ chromiumPath: '/usr/bin/false' });
    const { witness } = stage.open();
    expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'browser_missing' });
  });

  it('ends when the system can not start the browser’s file at all, which nobody but puppeteer is told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-browser-'));
    const chromiumPath = join(folder, 'a-browser');
    writeFileSync(chromiumPath, '#!/no/such/loader\n', { mode: 0o755 });
    stage = await openWhatsappStage({ chromiumPath });
    const { accountId, witness } = stage.open();
    expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'browser_missing' });
    expect(stage.remainsOf(accountId)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('ends as unreachable when the site is, and leaves no browser, ten times over', async () => {
    // Port 1 of this machine: nobody listens. The last of two rules wins.
    stage = await openWhatsappStage({ chromiumArgs: ['--host-resolver-rules=MAP web.whatsapp.com 127.0.0.1:1'] });
    for (let times = 0; times < 10; times++) {
      const { accountId, witness } = stage.open('unreachable');
      expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'page_unreachable' });
      expect(stage.remainsOf(accountId)).toEqual([]);
    }
  });

  it('can be closed while the site never answers', async () => {
    stage = await openWhatsappStage();
    await stage.control.setFault({ name: 'never_answers' });
    const { witness } = stage.open();
    await expect
      .poll(async () => (await stage.control.journal({ kind: 'page.fault' })).length, { timeout: WAIT_MS })
      .toBe(1);
    valueOf(await witness.session.ask('close', {}));
    expect(await witness.ended()).toEqual({ type: 'driver.closed' });
    expect(witness.steps()).toHaveLength(1);
  });

  it('runs in a full browser, too, and takes over a lock of another host', async () => {
    stage = await openWhatsappStage({ whatsappBrowser: 'full' });
    const accountId = 'full-browser';
    mkdirSync(stage.profileOf(accountId), { recursive: true });
    symlinkSync('a-container-of-yesterday-7', join(stage.profileOf(accountId), 'SingletonLock'));
    const first = await stage.paired(alice, accountId);
    valueOf(await first.witness.session.ask('close', {}));
    await first.witness.ended();
    expect(stage.remainsOf(accountId)).toEqual([]);
    const { witness } = stage.open(accountId);
    expect(await witness.saw('driver.ready')).toMatchObject({ phone: alice });
    expect(witness.steps()).toEqual(['driver.scanned', 'driver.ready']);
  });
});
