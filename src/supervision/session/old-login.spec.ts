import { describe, expect, it } from 'vitest';
import { DISCARD_LOGIN_MS_MAX } from '#libs/contracts/limits/runtime';
import { NodeStage } from '#test/support/node-stage';

const alice = 'alice';

/** A stage on which moving a login aside takes this long. */
function slowDisk(discardMs: number) {
  const stage: NodeStage = new NodeStage({
    driver: (driver) => ({
      ...driver,
      discardLogin: (id) =>
        new Promise<void>((resolve) => stage.clock.setTimeout(resolve, discardMs)).then(() => driver.discardLogin(id)),
    }),
  });
  return stage;
}

describe('while the old login is being moved aside', () => {
  const discardMs = DISCARD_LOGIN_MS_MAX / 2;

  it('a new session waits, and shows a code then', async () => {
    const stage = slowDisk(discardMs);
    await stage.connected(alice, { scan: 'auto' });
    await stage.command(alice, 'logout');
    await stage.clock.advance(100);
    await stage.command(alice, 'connect');
    await stage.clock.advance(discardMs / 2);
    expect(stage.provider.liveSessions()).toBe(0);
    await stage.clock.advance(discardMs);
    expect(stage.recorder.history(alice).slice(-4)[0]).toBe('driver.qr → QR_READY');
    expect(stage.state(alice)).toBe('CONNECTED.online');
  });

  it('a restart does not wait for the close of a session that is not open yet', async () => {
    const stage = slowDisk(discardMs);
    await stage.connected(alice);
    await stage.command(alice, 'logout');
    await stage.clock.advance(100);
    await stage.command(alice, 'connect');
    await stage.command(alice, 'restart');
    await stage.clock.advance(discardMs + 2_000);
    expect(stage.state(alice)).toBe('CONNECTED.online');
    expect(stage.recorder.history(alice).join()).not.toContain('deadline');
    expect(stage.provider.overlaps).toBe(0);
  });

  it('a runtime that dies leaves a pairing that was interrupted, and the next one finishes the discarding', async () => {
    const stage = slowDisk(discardMs);
    await stage.connected(alice);
    await stage.command(alice, 'logout');
    await stage.clock.advance(100);
    await stage.command(alice, 'connect');
    stage.restart();
    stage.adopt(alice);
    await stage.accounts.settle(true);
    expect(stage.recorder.states.get(alice)).toMatchObject({
      detail: 'DISCONNECTED.idle',
      reason: { code: 'pairing_interrupted' },
    });
    expect(stage.recorder.entries.at(-1)!.snapshot).toMatchObject({ context: { login: 'discarding' } });
    await stage.clock.advance(discardMs);
    expect(stage.recorder.entries.at(-1)!.snapshot).toMatchObject({ context: { login: 'none' } });
  });

  it('an account that ends here opens nothing afterwards', async () => {
    const stage = slowDisk(discardMs);
    await stage.connected(alice);
    await stage.command(alice, 'logout');
    await stage.clock.advance(100);
    await stage.command(alice, 'connect');
    stage.recorder.taken.add(alice);
    await stage.command(alice, 'restart');
    await stage.clock.advance(60_000);
    expect(stage.accounts.find(alice)).toBeNull();
    expect(stage.provider.liveSessions()).toBe(0);
  });
});

describe('a session that was never opened', () => {
  it('ends with the reason of its closing: an outage keeps the account wanted', async () => {
    let slow = true;
    const stage: NodeStage = new NodeStage({
      deadlines: { launch: 1_000 },
      driver: (driver) => ({
        ...driver,
        discardLogin: (id) =>
          new Promise<void>((resolve) => stage.clock.setTimeout(resolve, slow ? 5_000 : 1)).then(() =>
            driver.discardLogin(id),
          ),
      }),
    });
    await stage.connected(alice);
    await stage.command(alice, 'logout');
    await stage.clock.advance(100);
    await stage.command(alice, 'connect');
    await stage.clock.advance(1_100);
    expect(stage.recorder.states.get(alice)).toMatchObject({
      detail: 'CONNECTING.backingOff',
      desired: 'CONNECTED',
      reason: { code: 'page_unreachable' },
    });
    slow = false;
    await stage.clock.advance(30_000);
    expect(stage.state(alice)).toBe('CONNECTED.online');
  });
});
