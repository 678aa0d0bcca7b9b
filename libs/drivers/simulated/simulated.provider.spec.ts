import { textContent } from '#libs/contracts/content';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSession, valueOf, type Witness } from '../witness.contract.js';
import { loginFile } from './login-file.js';
import { createSimulatedDriver } from './simulated.driver.js';
import { newProvider, QUICK, WAIT_MS } from './simulated.harness.contract.js';
import type { SimulatedProvider } from './simulated.provider.js';

const to = '+380441112233';

describe('faults of the simulated network', () => {
  let provider: SimulatedProvider;
  let accountId: string;
  const witnesses: Witness[] = [];

  const open = (): Witness => {
    const witness = openSession(createSimulatedDriver(provider), accountId, QUICK, WAIT_MS);
    witnesses.push(witness);
    return witness;
  };
  const connect = async (): Promise<Witness> => {
    const witness = open();
    await witness.saw('driver.ready');
    return witness;
  };
  const send = async ({ session }: Witness, messageId: string): Promise<string> => {
    const { providerMessageId } = valueOf(await session.ask('prepare', { messageId, to }));
    valueOf(await session.ask('send', { providerMessageId, to, content: textContent(messageId), quoted: null }));
    return providerMessageId;
  };
  const levelOf = async ({ session }: Witness, providerMessageId: string) =>
    valueOf(await session.ask('lookup', { providerMessageId, to })).level;

  beforeEach(() => {
    provider = newProvider();
    accountId = randomUUID();
  });
  afterEach(async () => {
    await Promise.all(witnesses.splice(0).map(({ session }) => session.kill()));
    await provider.close();
  });

  it('an expired login shows a code at the next start, without a word before', async () => {
    const first = await connect();
    provider.expireLogin(accountId);
    expect(valueOf(await first.session.ask('probe', {})).phone).not.toBeNull();
    await first.session.kill();
    await open().saw('driver.qr');
  });

  it('a banned account is dropped as blocked, now and at every start', async () => {
    const first = await connect();
    provider.ban(accountId);
    expect(await first.ended()).toMatchObject({ reason: 'blocked' });
    expect(await open().ended()).toMatchObject({ reason: 'blocked' });
  });

  it('a withheld acknowledgement is found by looking it up', async () => {
    const one = await connect();
    provider.setFaults(accountId, { withholdAcknowledgements: true });
    const id = await send(one, 'quiet');
    await expect.poll(() => levelOf(one, id)).toBe('delivered');
    expect(one.facts.map(({ type }) => type)).not.toContain('driver.acknowledged');
  });

  it('a lost send is unknown to the servers; sent again, it arrives once', async () => {
    const one = await connect();
    provider.setFaults(accountId, { loseSends: true });
    const id = await send(one, 'lost');
    expect(await levelOf(one, id)).toBeNull();
    provider.setFaults(accountId, { loseSends: false });
    expect(await send(one, 'lost')).toBe(id);
    await one.saw('driver.acknowledged');
    expect(provider.messages.find(id)?.arrivals).toBe(1);
  });

  it('a second arrival under the same id is counted, and delivered once', async () => {
    const one = await connect();
    const id = await send(one, 'twice');
    await expect.poll(() => levelOf(one, id)).toBe('delivered');
    await send(one, 'twice');
    await expect.poll(() => provider.messages.find(id)?.arrivals).toBe(2);
  });

  it('a message that was handed over dies with its session, or is known: nothing between', async () => {
    const one = await connect();
    const id = await send(one, 'too late');
    provider.drop(accountId, 'browser_gone');
    const two = await connect();
    expect(await levelOf(two, id)).toBeNull();
    expect(provider.messages.arrivals).toBe(0);
  });

  it('a number that is nobody’s is a bad recipient', async () => {
    const one = await connect();
    provider.removePhone(to);
    const ask = { providerMessageId: 'any', to, content: textContent('hello'), quoted: null };
    expect(await one.session.ask('send', ask)).toMatchObject({ ok: false, why: 'bad_recipient' });
    expect(await one.session.ask('prepare', { messageId: 'm', to: 'nobody' })).toMatchObject({ why: 'bad_recipient' });
  });

  it('a second session of a living account is refused and counted', async () => {
    await connect();
    expect(await open().ended()).toMatchObject({ reason: 'profile_in_use' });
    expect(provider.overlaps).toBe(1);
  });

  it('a session that breaks and never goes is ended by a kill', async () => {
    const one = await connect();
    provider.breakDown(accountId, 'page_hung', null);
    await one.saw('driver.broken');
    await one.session.kill();
    expect(one.facts.at(-1)).toEqual({ type: 'driver.closed' });
  });

  it('settings that make no sense are told, not thrown', async () => {
    const witness = openSession(createSimulatedDriver(provider), accountId, { readyMs: 'soon' }, WAIT_MS);
    expect(await witness.ended()).toMatchObject({ type: 'driver.dropped', reason: 'driver_error' });
  });
});

describe('the file of simulated logins', () => {
  it('holds ten thousand logins without being in the way of their start', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-logins-'));
    try {
      const before = newProvider(loginFile(folder));
      for (let at = 0; at < 10_000; at += 1) before.pair(`account-${at}`, `+999${at + 1_000_000}`);
      await before.close();
      const after = newProvider(loginFile(folder));
      const began = performance.now();
      await after.load();
      expect(performance.now() - began).toBeLessThan(1_000);
      expect(after.pairedPhone('account-9999')).toBe('+9991009999');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('that cannot be read stops the start with its name', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-logins-'));
    try {
      await loginFile(folder).save([]);
      await writeFile(join(folder, 'simulated-logins.json'), '{"version":9}');
      await expect(newProvider(loginFile(folder)).load()).rejects.toThrow('simulated-logins.json has version 9');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
