import { describe, expect, it } from 'vitest';
import { OUTBOX_STALE_AFTER_MS, SEND_IN_TURN_MS_MAX, SEND_PAUSE_MS } from '#libs/contracts/limits/messages';
import type { PaceSettings } from '#libs/contracts/outbox';
import { BOB, NodeStage } from '#test/support/node-stage';

const alice = 'alice';
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

async function paced(pace: PaceSettings): Promise<NodeStage> {
  const stage = new NodeStage();
  await stage.connected(alice, { pace });
  return stage;
}
function send(stage: NodeStage, ...ids: readonly string[]): void {
  for (const id of ids) stage.messages.accept(alice, id, BOB, stage.clock.now());
  stage.child(alice).wakeOutbox();
}
const arrivals = (stage: NodeStage): number => stage.provider.messages.all().length;
async function restarted(stage: NodeStage): Promise<void> {
  stage.restart();
  stage.adopt(alice);
  await stage.accounts.restore(true);
  await stage.clock.advance(5_000);
  expect(stage.state(alice)).toBe('CONNECTED.online');
}

describe('an account with a pace', () => {
  it('lets a gap pass after each message', async () => {
    const stage = await paced({ gapMsMin: 10_000, gapMsMax: 20_000 });
    send(stage, 'm1', 'm2', 'm3');
    await stage.clock.advance(1_000);
    expect(arrivals(stage)).toBe(1);
    await stage.clock.advance(8_900);
    expect(arrivals(stage)).toBe(1);
    await stage.clock.advance(11_000);
    expect(arrivals(stage)).toBe(3);
  });

  it('sends no more in any minute than it may', async () => {
    const stage = await paced({ perMinuteMax: 3 });
    send(stage, 'm1', 'm2', 'm3', 'm4', 'm5');
    await stage.clock.advance(MINUTE_MS - 1_000);
    expect(arrivals(stage)).toBe(3);
    await stage.clock.advance(2_000);
    expect(arrivals(stage)).toBe(5);
  });

  it('takes another pace at once, also while it waits by the old one', async () => {
    const stage = await paced({ gapMsMin: HOUR_MS, gapMsMax: HOUR_MS });
    send(stage, 'm1', 'm2');
    await stage.clock.advance(MINUTE_MS);
    expect(arrivals(stage)).toBe(1);
    stage.child(alice).reconfigure({ pace: { gapMsMin: 0, gapMsMax: 0 } });
    await stage.clock.advance(1_000);
    expect(arrivals(stage)).toBe(2);
  });

  it('keeps it over a session that ends', async () => {
    const stage = await paced({ gapMsMin: MINUTE_MS, gapMsMax: MINUTE_MS });
    send(stage, 'm1', 'm2');
    await stage.clock.advance(1_000);
    stage.provider.drop(alice, 'browser_gone');
    await stage.clock.advance(30_000);
    expect(arrivals(stage)).toBe(1);
    await stage.clock.advance(30_000);
    expect(arrivals(stage)).toBe(2);
  });

  it('keeps it over a restart of the runtime', async () => {
    const gap = await paced({ gapMsMin: MINUTE_MS, gapMsMax: MINUTE_MS });
    send(gap, 'm1', 'm2');
    await gap.clock.advance(1_000);
    await restarted(gap);
    expect(arrivals(gap)).toBe(1);
    await gap.clock.advance(MINUTE_MS);
    expect(arrivals(gap)).toBe(2);

    const share = await paced({ perMinuteMax: 2 });
    send(share, 'm1', 'm2', 'm3', 'm4');
    await share.clock.advance(1_000);
    await restarted(share);
    expect(arrivals(share)).toBe(2);
    await share.clock.advance(MINUTE_MS);
    expect(arrivals(share)).toBe(4);
  });
});

describe('an outbox that a person has paused', () => {
  it('sends nothing, also after a restart, until it is resumed; what was under way is brought to its end', async () => {
    const stage = new NodeStage();
    await stage.connected(alice, { ackMs: SEND_IN_TURN_MS_MAX + 1 });
    send(stage, 'm1', 'm2', 'm3');
    await stage.clock.advance(20); // m1 is under way, the others are to follow it
    stage.messages.pausedAs = 'person';
    stage.child(alice).outboxChanged();
    await stage.clock.advance(MINUTE_MS);
    expect(stage.messages.statuses()).toEqual({ m1: 'delivered', m2: 'queued', m3: 'queued' });
    await restarted(stage);
    await stage.clock.advance(MINUTE_MS);
    expect(arrivals(stage)).toBe(1);
    stage.messages.pausedAs = null;
    stage.child(alice).outboxChanged();
    await stage.clock.advance(5_000);
    expect(stage.provider.messages.all().map(({ text }) => text)).toEqual(['text of m1', 'text of m2', 'text of m3']);
    expect(stage.provider.messages.arrivals).toBe(3);
  });
});

describe('what waited through a long outage', () => {
  const outage = async (stage: NodeStage, ms: number): Promise<void> => {
    stage.provider.setFaults(alice, { silentStart: true });
    stage.provider.drop(alice, 'browser_gone');
    await stage.clock.advance(1_000);
    send(stage, 'old');
    await stage.clock.advance(ms);
    stage.provider.setFaults(alice, { silentStart: false });
    await stage.clock.advance(10 * MINUTE_MS);
    expect(stage.state(alice)).toBe('CONNECTED.online');
  };

  it('is kept back until a person says so, and told once', async () => {
    const stage = await paced({});
    await outage(stage, OUTBOX_STALE_AFTER_MS);
    expect(stage.messages.statuses()).toEqual({ old: 'queued' });
    expect(stage.staleOutboxes).toBe(1);
    stage.messages.pausedAs = null;
    stage.messages.resumedAt = stage.clock.now();
    stage.child(alice).outboxChanged();
    await stage.clock.advance(1_000);
    expect(stage.messages.statuses()).toEqual({ old: 'delivered' });
    await restarted(stage);
    expect(stage.staleOutboxes).toBe(1);
  });

  it('is sent after a shorter one', async () => {
    const stage = await paced({});
    await outage(stage, OUTBOX_STALE_AFTER_MS / 2);
    expect(stage.messages.statuses()).toEqual({ old: 'delivered' });
  });

  it('is not taken for that when the account was there and its pace slow, also after a restart', async () => {
    const stage = await paced({ gapMsMin: HOUR_MS, gapMsMax: HOUR_MS });
    send(stage, ...Array.from({ length: 12 }, (_, at) => `m${at}`));
    await stage.clock.advance(OUTBOX_STALE_AFTER_MS + HOUR_MS);
    const sent = arrivals(stage);
    await restarted(stage);
    expect(stage.staleOutboxes).toBe(0);
    await stage.clock.advance(HOUR_MS + SEND_PAUSE_MS);
    expect(arrivals(stage)).toBeGreaterThan(sent);
  });
});
