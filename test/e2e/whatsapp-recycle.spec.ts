import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilGone } from '#test/support/nothing-left';
import { POLL, setStage, WAIT, type WhatsappStage } from '#test/support/whatsapp-stage';

const alice = '+491700000001';
const bob = '+491700000002';
const stranger = '+491700000009';

/** One account's browser with the stand-in's small page has 100 to 250 MB, depending on who shares its pages. */
const BUDGET_MB = 450;
const GROWTH_MB = 600;
/** Four looks at most until it was over its budget for as long as it must be idle; on a loaded machine a look may be late. */
const RECYCLED = { timeout: 100_000, interval: 100 };

let stage: WhatsappStage;
let aliceId: string;
let bobId: string;

beforeAll(async () => {
  stage = await setStage({
    BROWSER_MEMORY_MB_MAX: String(BUDGET_MB),
    BROWSER_LOOK_EVERY_MS: '2000',
    RECYCLE_IDLE_MS: '6000',
  });
  [aliceId, bobId] = [await stage.create('alice'), await stage.create('bob')];
  await Promise.all([stage.pair(aliceId, alice), stage.pair(bobId, bob)]);
});
afterAll(async () => stage[Symbol.asyncDispose]());

describe.runIf(process.platform === 'linux')('an account whose browser grows over its memory budget', () => {
  it('gets a fresh browser when it is idle, and loses or doubles no message', { timeout: 240_000 }, async () => {
    const { accounts, messages } = stage.client;
    const send = async (text: string) => (await messages.send(aliceId, { to: stranger, text })).id;
    const delivered = (id: string) => messages.untilStatus(id, ['delivered'], WAIT);
    await delivered(await send('before'));
    const old = stage.browserOf(aliceId);
    const before = { alice: await stage.lastSeq(aliceId), bob: await stage.lastSeq(bobId) };
    const incarnation = await stage.incarnation(aliceId);

    await stage.control.do({ deed: 'grow', mb: GROWTH_MB, number: alice });
    const memoryMb = async () => (await accounts.get(aliceId)).browser?.memoryMb ?? 0;
    await expect.poll(memoryMb, RECYCLED).toBeGreaterThan(BUDGET_MB);
    const away = async () => (await stage.stepsAfter(aliceId, before.alice)).length;
    await expect.poll(away, RECYCLED).toBeGreaterThan(0);
    const ids = [await send('meanwhile 1'), await send('meanwhile 2'), await send('meanwhile 3')];
    await stage.control.sendIn({ from: stranger, to: alice, text: 'into the gap' });

    await expect.poll(() => stage.incarnation(aliceId), POLL).toBe(incarnation + 1);
    expect(await accounts.untilConnected(aliceId, WAIT)).toMatchObject({ phone: alice, restarts: { count: 0 } });
    for (const id of ids) await delivered(id);
    const accepted = (await stage.control.journal({ kind: 'message.accepted' })).map(({ text }) => text);
    expect(accepted).toEqual(['before', 'meanwhile 1', 'meanwhile 2', 'meanwhile 3']);
    const inbox = async () => (await messages.list(aliceId, { direction: 'in' })).items.map(({ text }) => text);
    await expect.poll(inbox, POLL).toEqual(['into the gap']);

    const steps = await stage.stepsAfter(aliceId, before.alice);
    expect(steps[0]).toMatchObject({ from: 'CONNECTED.online', to: 'CONNECTING.closing', event: 'account.recycle' });
    expect(steps[1]).toMatchObject({ to: 'CONNECTING.queued', cause: 'recycled' });
    expect(steps.map(({ to }) => to)).not.toContain('QR_READY');
    await untilGone(old);
    expect(await stage.lastSeq(bobId)).toBe(before.bob);
    await expect.poll(memoryMb, RECYCLED).toBeGreaterThan(0);
    expect(await memoryMb()).toBeLessThan(BUDGET_MB);
    const metrics = await stage.client.metrics();
    expect(metrics).toMatch(/muster_session_ends_total\{reason="recycled",class="normal"\} 1/);
    expect(metrics).toMatch(new RegExp(`muster_browser_memory_bytes\\{account="${bobId}"\\} \\d+`));
  });
});
