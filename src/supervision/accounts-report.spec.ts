import { describe, expect, it } from 'vitest';
import { ACTOR_RESTARTS_MAX, RESTART_WINDOW_MS, RESTARTS_MAX } from '#libs/contracts/limits/sessions';
import { SUPERVISION_TROUBLED_MAX } from '#libs/contracts/limits/runtime';
import { breakActor } from '#test/support/break-actor';
import { FleetStage } from '#test/support/fleet-stage';
import { NodeStage } from '#test/support/node-stage';

const [alice, bob] = ['alice', 'bob'];

describe('the supervisors of a node, looked at', () => {
  it('count accounts that are well by their status, and name none', async () => {
    const stage = new NodeStage();
    await stage.connected(alice);
    stage.adopt(bob);
    const { accounts, branches, launches } = stage.accounts.report();
    expect(accounts).toMatchObject({ total: 2, byStatus: { CONNECTED: 1, DISCONNECTED: 1, FAILED: 0 }, troubled: [] });
    expect(branches).toMatchObject([
      { id: 'sessions', strategy: 'one_for_one', restart: 'transient', children: { running: 1 }, shaken: 0 },
      { id: 'accounts', intensity: { restartsMax: ACTOR_RESTARTS_MAX, used: 0 }, children: { running: 2 } },
    ]);
    expect(launches).toMatchObject([{ provider: 'simulated', slots: { max: 100, waiting: 0 }, brake: { on: false } }]);
  });

  it('tell of a crash with the time of the next try, then that it still counts, then nothing', async () => {
    const stage = new NodeStage();
    await stage.connected(alice);
    stage.provider.drop(alice, 'page_crashed');
    await stage.clock.settle();
    const nextAttemptAt = new Date(stage.clock.now() + 1_000).toISOString();
    expect(stage.accounts.report()).toMatchObject({
      branches: [{ intensity: { restartsMax: RESTARTS_MAX, used: 1 }, shaken: 1 }, {}],
      accounts: {
        troubled: [
          {
            ...{ accountId: alice, provider: 'simulated', trouble: 'backing_off', detail: 'CONNECTING.backingOff' },
            ...{ incarnation: 1, restarts: 1, crashes: 1, actorCrashes: 0, nextAttemptAt },
            reason: { code: 'page_crashed', class: 'crash' },
          },
        ],
      },
    });
    await stage.clock.advance(5_000);
    expect(stage.accounts.report().accounts.troubled).toMatchObject([
      { trouble: 'shaken', detail: 'CONNECTED.online', incarnation: 2, nextAttemptAt: null },
    ]);
    await stage.clock.advance(RESTART_WINDOW_MS);
    expect(stage.accounts.report()).toMatchObject({ branches: [{ shaken: 0 }, {}], accounts: { troubled: [] } });
  });

  it('know the crashes of a life before: a restart of the process forgives none', async () => {
    const stage = new NodeStage();
    await stage.connected(alice);
    stage.provider.drop(alice, 'page_crashed');
    await stage.clock.advance(5_000);
    stage.restart();
    stage.adopt(alice);
    expect(stage.accounts.report().branches[0]).toMatchObject({ intensity: { used: 1 }, children: { running: 0 } });
  });

  it('name first who waits for a person', async () => {
    const stage = new NodeStage();
    await stage.connected(alice);
    await stage.connected(bob);
    stage.provider.drop(bob, 'page_crashed');
    await stage.clock.advance(5_000);
    stage.provider.drop(alice, 'blocked');
    await stage.clock.settle();
    const { troubled } = stage.accounts.report().accounts;
    expect(troubled).toMatchObject([
      { accountId: alice, trouble: 'failed', reason: { code: 'blocked', class: 'normal' } },
      { accountId: bob, trouble: 'shaken' },
    ]);
  });

  it('tell of an actor that broke, of its return, and of one that has none any more', async () => {
    const stage = new NodeStage();
    await stage.connected(alice);
    breakActor(stage, ACTOR_RESTARTS_MAX + 1);
    stage.provider.degrade(alice);
    await stage.clock.advance(500);
    expect(stage.accounts.report()).toMatchObject({
      branches: [{}, { intensity: { used: 1 }, shaken: 1 }],
      accounts: { troubled: [{ trouble: 'broken', actorCrashes: 1, nextAttemptAt: expect.any(String) as string }] },
    });
    await stage.clock.advance(30_000);
    expect(stage.accounts.find(alice)).toBeNull();
    const { accounts, branches } = stage.accounts.report();
    expect(accounts).toMatchObject({ total: 1, byStatus: { FAILED: 1 } });
    expect(accounts.troubled).toMatchObject([
      { accountId: alice, trouble: 'failed', reason: { code: 'actor_failed' }, actorCrashes: ACTOR_RESTARTS_MAX + 1 },
    ]);
    expect(branches[1]).toMatchObject({ children: { running: 0, down: 1 } });
  });

  it('tell of the brake with those it holds, and name no more accounts than one reads', async () => {
    const count = SUPERVISION_TROUBLED_MAX + 50;
    const stage = new FleetStage(count, 10);
    await stage.connectAll({ launchMs: 5_000 });
    for (const id of stage.ids) stage.provider.drop(id, 'engine_gone');
    await stage.clock.advance(1_500);
    const { launches, accounts } = stage.accounts.report();
    const { brake } = launches[0]!;
    expect(brake).toMatchObject({ on: true, failed: count, since: expect.any(String) as string });
    expect(brake.held).toBeGreaterThan(SUPERVISION_TROUBLED_MAX);
    expect(Date.parse(brake.nextScoutAt!)).toBeGreaterThan(stage.clock.now());
    expect(accounts.troubled).toHaveLength(SUPERVISION_TROUBLED_MAX);
    expect(accounts.troubledLeftOut).toBe(count - SUPERVISION_TROUBLED_MAX);
    expect(new Set(accounts.troubled.map(({ trouble }) => trouble))).toEqual(new Set(['held']));
  });
});
