import { cpSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isLastFact } from '#libs/contracts/session';
import { valueOf } from '#libs/drivers/witness.contract';
import { pageOf, type PageWindow } from './page-strings.js';
import { openWhatsappStage, type WhatsappStage } from './whatsapp-stage.js';

const alice = '+491700000001';

let stage: WhatsappStage;

beforeAll(async () => {
  stage = await openWhatsappStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.end());

describe('a WhatsApp account that is connected', () => {
  it.each([
    ['CONFLICT', 'conflict'],
    ['PROXYBLOCK', 'blocked'],
    ['TOS_BLOCK', 'blocked'],
    ['UNPAIRED', 'logged_out'],
  ] as const)('ends in the state %s as %s', async (state, reason) => {
    const { witness } = await stage.paired(alice);
    await stage.control.setFault({ name: 'state', state, number: alice });
    expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason });
    expect(witness.facts.filter(isLastFact)).toHaveLength(1);
  });

  it.each(['unpaired', 'navigate'] as const)('shows no code after a log-out on the phone (%s)', async (mode) => {
    const { witness } = await stage.paired(alice);
    await stage.control.logout({ number: alice, mode });
    expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'logged_out' });
    expect(witness.facts.filter(({ type }) => type === 'driver.qr')).toHaveLength(1);
  });

  it('ends as a conflict when another browser opens with its login', async () => {
    const here = await stage.paired(alice);
    valueOf(await here.witness.session.ask('close', {}));
    await here.witness.ended();
    cpSync(stage.profileOf(here.accountId), stage.profileOf('elsewhere'), { recursive: true });
    const first = stage.open(here.accountId).witness;
    await first.saw('driver.ready');
    const second = stage.open('elsewhere').witness;
    await second.saw('driver.ready');
    expect(await first.ended()).toMatchObject({ type: 'driver.dropped', reason: 'conflict' });
    expect(isLastFact(second.facts.at(-1)!)).toBe(false);
  });

  it('ends when the library is no longer in its page', async () => {
    const { witness } = await stage.paired(alice);
    await pageOf(witness).evaluate(() => void delete (globalThis as unknown as PageWindow).WWebJS);
    expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'driver_error' });
  });

  it('ends when its page is closed', async () => {
    const { witness } = await stage.paired(alice);
    await pageOf(witness).close();
    expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'page_closed' });
  });
});
