import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '#libs/processes/process-identity';
import { nameOf, POLL, setStage, WAIT, type WhatsappStage } from '#test/support/whatsapp-stage';

const alice = '+491700000001';
const bob = '+491700000002';
const stranger = '+491700000009';

let stage: WhatsappStage;
let aliceId: string;
let bobId: string;

beforeAll(async () => {
  stage = await setStage();
  aliceId = await stage.create('alice');
  bobId = await stage.create('bob');
});
afterAll(async () => stage[Symbol.asyncDispose]());

describe('a WhatsApp account on the real library in a real browser', () => {
  it('is paired by its QR code and CONNECTED with its phone', async () => {
    expect(await stage.pair(aliceId, alice)).toMatchObject({
      status: 'CONNECTED',
      detail: 'CONNECTED.online',
      phone: alice,
      reason: null,
      restarts: { count: 0 },
    });
    const { accounts, health } = stage.client;
    await expect(accounts.qr(aliceId)).rejects.toMatchObject({ problem: { code: 'qr_not_ready' } });
    await expect.poll(() => health.full(), POLL).toMatchObject({ status: 'ok', activeClients: 1 });
    expect(stage.browserOf(aliceId).length).toBeGreaterThan(0);
  });

  it('is paired by a code that is typed on the phone', async () => {
    const { accounts } = stage.client;
    await accounts.connect(bobId);
    await accounts.untilStatus(bobId, 'QR_READY', WAIT);
    const { code } = await accounts.pairingCode(bobId, bob);
    expect(code).toMatch(/^[A-Z0-9]{8}$/);
    await stage.control.enterCode({ code, number: bob });
    expect(await accounts.untilConnected(bobId, WAIT)).toMatchObject({ phone: bob });
    await expect(accounts.pairingCode(bobId, bob)).rejects.toMatchObject({ problem: { status: 409 } });
  });

  it('sends a text: sent, delivered, read, and the servers have it once', async () => {
    const { messages } = stage.client;
    const { id, status } = await messages.send(aliceId, { to: stranger, text: 'once' });
    expect(status).toBe('queued');
    const delivered = await messages.untilStatus(id, ['delivered'], WAIT);
    expect(delivered).toMatchObject({ sentAt: expect.any(String) as string, readAt: null, error: null });
    await stage.control.moveAck(delivered.providerMessageId!, 3);
    expect(await messages.untilStatus(id, ['read'], WAIT)).toMatchObject({ readAt: expect.any(String) as string });
    const accepted = await stage.control.journal({ kind: 'message.accepted' });
    expect(accepted.filter(({ text }) => text === 'once')).toHaveLength(1);
  });

  it('that is leased sends for the holder of its lease, and for nobody else', async () => {
    const { leases, messages } = stage.client;
    const who = { user_id: 'shop', purpose: 'write', service_name: 'writer' };
    const { phone, fence } = await leases.allocate({ ...who, require: { account_ids: [aliceId] } });
    expect(phone).toBe(alice);
    const text = { to: stranger, text: 'under a lease' };
    await expect(messages.send(aliceId, text)).rejects.toMatchObject({ problem: { status: 409, code: 'leased' } });
    const { id } = await messages.send(aliceId, text, { fence });
    await messages.untilStatus(id, ['delivered'], WAIT);
    const accepted = await stage.control.journal({ kind: 'message.accepted' });
    expect(accepted.filter((one) => one.text === 'under a lease')).toHaveLength(1);
    await leases.release(aliceId, { service_name: 'writer' });
    await expect(messages.send(aliceId, text, { fence })).rejects.toMatchObject({ problem: { code: 'lease_over' } });
  });

  it('tells a message that the servers refuse as failed', async () => {
    const fault = await stage.control.setFault({ name: 'refuse_sends', number: alice });
    const { id } = await stage.client.messages.send(aliceId, { to: stranger, text: 'refused' });
    expect(await stage.client.messages.untilStatus(id, ['failed'], WAIT)).toMatchObject({
      error: { code: expect.any(String) as string },
    });
    await stage.control.removeFault(fault.id);
  });

  it('stores a text that comes in', async () => {
    await stage.control.sendIn({ from: stranger, to: alice, text: 'hello in there' });
    const inbox = async () => (await stage.client.messages.list(aliceId, { direction: 'in' })).items;
    await expect.poll(inbox, POLL).toMatchObject([{ from: stranger, text: 'hello in there' }]);
  });

  it('that is disconnected has no browser, and connects again without a code', async () => {
    const { accounts } = stage.client;
    await accounts.disconnect(aliceId);
    expect(await accounts.untilStatus(aliceId, 'DISCONNECTED', WAIT)).toMatchObject({ reason: { code: 'stopped' } });
    await expect.poll(async () => (await accounts.get(aliceId)).detail, POLL).toBe('DISCONNECTED.idle');
    expect(stage.browserOf(aliceId)).toEqual([]);
    const seq = await stage.lastSeq(aliceId);
    await accounts.connect(aliceId);
    expect(await accounts.untilConnected(aliceId, WAIT)).toMatchObject({ phone: alice });
    expect((await stage.stepsAfter(aliceId, seq)).map(({ to }) => to)).not.toContain('QR_READY');
  });

  it('restarts in a new browser, without a code', async () => {
    const [browser] = stage.browserOf(aliceId);
    const [seq, incarnation] = [await stage.lastSeq(aliceId), await stage.incarnation(aliceId)];
    await stage.client.accounts.restart(aliceId);
    await expect.poll(() => stage.incarnation(aliceId), POLL).toBe(incarnation + 1);
    await stage.client.accounts.untilConnected(aliceId, WAIT);
    expect(isAlive(browser!)).toBe(false);
    expect((await stage.stepsAfter(aliceId, seq)).map(({ to }) => to)).not.toContain('QR_READY');
  });

  it('that logs out has ended its login at WhatsApp, and needs a new code', async () => {
    const { accounts } = stage.client;
    await accounts.logout(bobId);
    await expect.poll(async () => (await accounts.get(bobId)).detail, POLL).toBe('DISCONNECTED.idle');
    expect(await accounts.get(bobId)).toMatchObject({ desired: 'DISCONNECTED', reason: { code: 'stopped' } });
    const devices = await stage.control.devices();
    expect(devices.filter(({ number }) => number === bob.slice(1))).toMatchObject([{ unlinked: 'self' }]);
    expect(stage.browserOf(bobId)).toEqual([]);
    expect(await stage.pair(bobId, bob)).toMatchObject({ phone: bob });
  });

  it('that is logged out on the phone rests, and shows no code until a person connects it', async () => {
    const { accounts } = stage.client;
    await stage.control.logout({ number: bob });
    await expect.poll(async () => (await accounts.get(bobId)).detail, POLL).toBe('DISCONNECTED.idle');
    expect(await accounts.get(bobId)).toMatchObject({ desired: 'DISCONNECTED', reason: { code: 'logged_out' } });
    await expect(accounts.qr(bobId)).rejects.toMatchObject({ problem: { code: 'qr_not_ready' } });
    expect(stage.browserOf(bobId)).toEqual([]);
    await accounts.connect(bobId);
    await accounts.untilStatus(bobId, 'QR_READY', WAIT);
  });

  it('that is deleted has neither a browser nor a login at WhatsApp left', async () => {
    const id = await stage.create('to be deleted');
    await stage.pair(id, '+491700000003');
    await stage.client.accounts.delete(id);
    await expect(stage.client.accounts.get(id)).rejects.toMatchObject({ problem: { status: 404 } });
    const unlinked = async () =>
      (await stage.control.devices()).find(({ number }) => number === '491700000003')?.unlinked;
    await expect.poll(unlinked, POLL).toBe('self');
    await expect.poll(() => stage.browserOf(id).map(nameOf), POLL).toEqual([]);
  });
});
