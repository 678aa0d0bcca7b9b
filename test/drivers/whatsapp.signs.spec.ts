import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valueOf } from '#libs/drivers/witness.contract';
import { openWhatsappStage, type WhatsappStage } from './whatsapp-stage.js';

const [alice, bob, olga, dave] = ['+491700000001', '+491700000002', '+491700000003', '+491700000004'];

/** A page hangs after two questions without an answer (PROBES_MISSED_MAX): that takes 7 s on a quiet machine. */
const PROBE = { everyMs: 1_000, answerMsMax: 2_500 };
const SILENT_MS_MAX = 30_000;
/** Longer than a hang needs to be found. */
const SLOW_SITE_MS = 9_000;
/** And once more so long without an alarm. */
const QUIET_MS = 3_000;

let stage: WhatsappStage;

beforeAll(async () => {
  stage = await openWhatsappStage({}, PROBE);
});
afterAll(() => stage.end());

/** All at once: each has an account of its own, and they mostly wait. What needs a quiet machine is in whatsapp.signs.timed.spec.ts. */
describe.concurrent('a page', () => {
  it('that shows no sign of life is found while it blocks itself for 40 s', async () => {
    const { accountId, witness } = await stage.paired(alice);
    await stage.control.do({ deed: 'hang', number: alice, ms: 40_000 });
    const since = performance.now();
    const broken = await witness.saw('driver.broken');
    expect(broken).toMatchObject({ reason: 'page_hung' });
    expect(broken.detail).toContain('the page is stuck in a task');
    expect(performance.now() - since).toBeLessThan(SILENT_MS_MAX);
    expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'page_hung' });
    expect(stage.remainsOf(accountId)).toEqual([]);
  });

  it('that shows no sign of life is found while its line is down', async () => {
    const { witness } = await stage.paired(bob);
    await stage.control.do({ deed: 'hang', number: bob, ms: 40_000 });
    await stage.control.setFault({ name: 'socket_down', number: bob });
    expect(await witness.ended()).toMatchObject({ reason: 'page_hung' });
  });

  it('that shows no sign of life is found when the whole browser is frozen, which is ended for good', async () => {
    const { accountId, witness } = await stage.paired(olga);
    const leader = stage.browsersOf(accountId).find(({ pid, groupId }) => pid === groupId);
    process.kill(-leader!.pid, 'SIGSTOP');
    const broken = await witness.saw('driver.broken');
    expect(broken).toMatchObject({ reason: 'page_hung' });
    expect(broken.detail).toContain('the browser is frozen');
    expect(await witness.ended()).toMatchObject({ reason: 'page_hung' });
    expect(stage.remainsOf(accountId)).toEqual([]);
  });

  it('that loads itself again from a slow site is degraded meanwhile, and left alone', async () => {
    const { witness } = await stage.paired(dave);
    await stage.control.setFault({ name: 'slow', stage: 'page', ms: SLOW_SITE_MS, number: dave, times: 1 });
    await stage.control.do({ deed: 'reload', number: dave });
    expect(await witness.saw('driver.degraded')).toMatchObject({ reason: 'network_unreachable' });
    await witness.saw('driver.ready');
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS)); // that nothing happens has no event
    valueOf(await witness.session.ask('probe', {}));
    expect(witness.facts.at(-1)).toMatchObject({ type: 'driver.ready' });
    expect(witness.facts.map(({ type }) => type)).not.toContain('driver.broken');
  });
});
