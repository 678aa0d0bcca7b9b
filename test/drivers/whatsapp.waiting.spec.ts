import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DriverFact } from '#libs/contracts/session';
import { valueOf } from '#libs/drivers/witness.contract';
import { openWhatsappStage, type WhatsappStage } from './whatsapp-stage.js';

const numbers = ['+491700000001', '+491700000002', '+491700000003'] as const;
const [alice] = numbers;

let stage: WhatsappStage;

beforeAll(async () => {
  stage = await openWhatsappStage();
});
afterEach(() => stage.clear());
afterAll(() => stage.end());

const waits = (facts: readonly DriverFact[]): readonly string[] =>
  facts.flatMap((fact) => (fact.type === 'driver.waiting' ? [fact.on] : []));

describe('a WhatsApp launch that only waits', () => {
  it('for a site that never answers says so', async () => {
    await stage.control.setFault({ name: 'never_answers' });
    const { witness } = stage.open();
    expect(await witness.saw('driver.waiting')).toMatchObject({ on: 'site' });
    valueOf(await witness.session.ask('close', {}));
    await witness.ended();
    expect(waits(witness.facts)).toEqual(['site']);
  });

  it('for a page that never starts says so', async () => {
    await stage.control.setFault({ name: 'never_boots' });
    const { witness } = stage.open();
    expect(await witness.saw('driver.waiting')).toMatchObject({ on: 'page' });
    expect(waits(witness.facts)).toEqual(['page']);
  });

  it('for a socket that stays OPENING says so, and comes up when it opens', async () => {
    const fault = await stage.control.setFault({ name: 'socket_down' });
    const { witness } = stage.open();
    expect(await witness.saw('driver.waiting')).toMatchObject({ on: 'socket' });
    await stage.control.removeFault(fault.id);
    await witness.saw('driver.qr');
    expect(waits(witness.facts)).toEqual(['socket']);
  });

  it('for a socket is patient beyond the limit of a question to the page', async () => {
    const fault = await stage.control.setFault({ name: 'state', state: 'OPENING' });
    const { witness } = stage.open();
    await witness.saw('driver.waiting');
    // 30 s by the driver's protocol limit: then the library's one long question ends, and begins anew.
    await new Promise((resolve) => setTimeout(resolve, 33_000));
    expect(witness.facts).toHaveLength(1);
    await stage.control.removeFault(fault.id);
    await witness.saw('driver.qr');
  }, 90_000);

  it('for one thing after the other says each once', async () => {
    const cut = await stage.control.setFault({ name: 'network_cut', mode: 'silent' });
    const down = await stage.control.setFault({ name: 'socket_down' });
    const { witness } = stage.open();
    expect(await witness.saw('driver.waiting')).toMatchObject({ on: 'site' });
    await stage.control.removeFault(cut.id);
    expect(await witness.saw('driver.waiting')).toMatchObject({ on: 'socket' });
    await stage.control.removeFault(down.id);
    await witness.saw('driver.qr');
    expect(waits(witness.facts)).toEqual(['site', 'socket']);
  });

  it('ends at once when the site fails, and says what it answered', async () => {
    await stage.control.setFault({ name: 'http_500' });
    const { witness } = stage.open();
    const last = await witness.ended();
    expect(last).toMatchObject({
      type: 'driver.dropped',
      reason: 'page_did_not_boot',
      detail: 'the site answered 500',
    });
    expect(waits(witness.facts)).toEqual(['page']);
  });

  it.each(['TIMEOUT', 'OPENING'] as const)('waits for the socket in the state %s, too', async (state) => {
    await stage.control.setFault({ name: 'state', state });
    const { witness } = stage.open();
    expect(await witness.saw('driver.waiting')).toMatchObject({ on: 'socket' });
  });
});

describe('a WhatsApp launch that goes well', () => {
  it('says nothing of waiting, also when three start at once on a busy machine', async () => {
    const together = numbers.map(() => stage.open());
    await Promise.all(together.map(({ witness }) => witness.saw('driver.qr')));
    for (const { witness } of together) expect(waits(witness.facts)).toEqual([]);
  });

  it('says nothing of waiting when a login is restored', async () => {
    const { accountId, witness } = await stage.paired(alice);
    valueOf(await witness.session.ask('close', {}));
    await witness.ended();
    const again = stage.open(accountId).witness;
    await again.saw('driver.ready');
    expect(again.steps()).toEqual(['driver.scanned', 'driver.ready']);
    expect(waits(again.facts)).toEqual([]);
  });

  it('ends as a conflict, or as blocked, when that is how it is found', async () => {
    const { accountId, witness } = await stage.paired(alice);
    valueOf(await witness.session.ask('close', {}));
    await witness.ended();
    for (const [state, reason] of [
      ['CONFLICT', 'conflict'],
      ['PROXYBLOCK', 'blocked'],
    ] as const) {
      const fault = await stage.control.setFault({ name: 'state', state, number: alice });
      expect(await stage.open(accountId).witness.ended()).toMatchObject({ type: 'driver.dropped', reason });
      await stage.control.removeFault(fault.id);
    }
  });
});
