import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isLastFact } from '#libs/contracts/session';
import { valueOf } from '#libs/drivers/witness.contract';
import { pageOf } from './page-strings.js';
import { sendText } from './sending.js';
import { openWhatsappStage, WAIT_MS, type WhatsappStage } from './whatsapp-stage.js';

const alice = '+491700000001';
const stranger = '+491700000009';

let stage: WhatsappStage;

beforeAll(async () => {
  stage = await openWhatsappStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.end());

describe('a WhatsApp account whose page loads itself again', () => {
  it('is degraded while its page loads itself again, then tells each message once', async () => {
    const { witness } = await stage.paired(alice);
    await pageOf(witness).reload();
    await witness.saw('driver.degraded');
    await witness.saw('driver.ready');
    await stage.control.sendIn({ from: stranger, to: alice, text: 'once' });
    await witness.saw('driver.received');
    await sendText(witness, stranger, 'm', 'once too');
    await witness.saw('driver.acknowledged');
    valueOf(await witness.session.ask('probe', {}));
    expect(witness.facts.filter(({ type }) => type === 'driver.received')).toHaveLength(1);
    expect(await stage.control.journal({ kind: 'message.accepted' })).toHaveLength(1);
  });

  it('gets over a page that loads itself again, and again before it has done so', async () => {
    const { witness } = await stage.paired(alice);
    const page = pageOf(witness);
    for (let times = 0; times < 5; times++) {
      await page
        .evaluate(() => void (globalThis as unknown as { location: { reload(): void } }).location.reload())
        .catch(() => 'gone while it answered');
      await page.waitForNavigation({ waitUntil: 'domcontentloaded', timeout: 300 }).catch(() => 'gone already');
    }
    await witness.saw('driver.ready');
    await expect.poll(async () => (await witness.session.ask('probe', {})).ok, { timeout: WAIT_MS }).toBe(true);
    expect(witness.facts.map(({ type }) => type)).not.toContain('driver.broken');
  });

  it('can be ended while its page loads itself again: nothing is thrown that nobody catches', async () => {
    const { witness } = await stage.paired(alice);
    await stage.control.setFault({ name: 'slow', stage: 'login', ms: 10_000 });
    await pageOf(witness).reload();
    await witness.saw('driver.degraded');
    await witness.session.kill();
    expect(witness.facts.at(-1)).toEqual({ type: 'driver.closed' });
  });

  it('ends when the site fails while its page loads itself again, and says what the site answered', async () => {
    const { witness } = await stage.paired(alice);
    await stage.control.setFault({ name: 'http_500', number: alice });
    await stage.control.do({ deed: 'reload', number: alice });
    const last = await witness.ended();
    expect(last).toMatchObject({
      type: 'driver.dropped',
      reason: 'page_did_not_boot',
      detail: 'the site answered 500',
    });
  });

  it('ends when its page loads itself again and does not start, as does one that is just opened', async () => {
    const { witness } = await stage.paired(alice);
    await stage.control.setFault({ name: 'never_boots' });
    await stage.control.do({ deed: 'reload', number: alice });
    const opened = stage.open();
    // The library waits for 30 s by itself, and then throws where nobody catches.
    const over = (): boolean => [witness, opened.witness].every(({ facts }) => facts.some(isLastFact));
    await expect.poll(over, { timeout: 30_000 + WAIT_MS }).toBe(true);
    const detail = 'the page did not start in time (auth timeout); the site answered 200';
    for (const { facts } of [witness, opened.witness])
      expect(facts.at(-1)).toEqual({ type: 'driver.dropped', reason: 'page_did_not_boot', detail });
  });

  it('ends as unreachable when its page loads itself again and the site is away', async () => {
    const { witness } = await stage.paired(alice);
    await stage.control.setFault({ name: 'connection_reset', number: alice });
    await stage.control.do({ deed: 'reload', number: alice });
    expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'page_unreachable' });
  });
});
