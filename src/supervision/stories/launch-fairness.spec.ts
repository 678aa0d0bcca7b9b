import { describe, expect, it } from 'vitest';
import { LAUNCH_DEADLINE_MS, LAUNCH_SLOT_MS_MAX, WHATSAPP_LAUNCH_PARALLEL_MAX } from '#libs/contracts/limits/sessions';
import type { SimulatedFaults } from '#libs/drivers/simulated/faults';
import { FleetStage } from '#test/support/fleet-stage';

/** As a browser's: seconds to the first sign, and seconds to sync. Jitter would only blur the comparison. */
const SLOW = { scan: 'auto', launchMs: 3_000, autoScanMs: 100, readyMs: 2_000, jitter: 0 };
const STUCK = ['a0', 'a1', 'a2'];

/** All begin at once, the stuck ones first. Answers how long it took until the last healthy one was connected. */
async function begin(stage: FleetStage, ids: readonly string[], faults: Partial<SimulatedFaults> = {}) {
  for (const id of STUCK) stage.provider.setFaults(id, faults);
  const children = ids.map((id) => stage.adopt(id, SLOW));
  const since = stage.clock.now();
  await Promise.all([...children.map((child) => child.command('connect')), stage.clock.advance(1)]);
  const healthy = ids.filter((id) => !STUCK.includes(id));
  while (healthy.some((id) => stage.state(id) !== 'CONNECTED.online')) {
    if (stage.clock.now() - since > 300_000) throw new Error('healthy accounts are held up');
    await stage.clock.advance(50);
  }
  return stage.clock.now() - since;
}

const healthyOf = ({ ids }: FleetStage) => ids.filter((id) => !STUCK.includes(id));

describe('S20 ten accounts of which three are stuck, with three launch slots', () => {
  it('the seven need at most 1.5 times what they need alone, when the stuck ones say that they only wait', async () => {
    const alone = new FleetStage(10, WHATSAPP_LAUNCH_PARALLEL_MAX);
    const aloneMs = await begin(alone, healthyOf(alone));
    const stage = new FleetStage(10, WHATSAPP_LAUNCH_PARALLEL_MAX);
    const withStuckMs = await begin(stage, stage.ids, { waitsOn: 'site' });
    expect(
      STUCK.map((id) => stage.state(id)),
      'they go on waiting',
    ).toEqual(Array(3).fill('CONNECTING.launching'));
    console.log(`7 alone ${aloneMs} ms, with 3 stuck ${withStuckMs} ms: ${(withStuckMs / aloneMs).toFixed(2)} times`);
    expect(withStuckMs / aloneMs).toBeLessThanOrEqual(1.5);
  });

  it('the seven are held up for no longer than a slot lasts, though the stuck ones never say a word', async () => {
    const alone = new FleetStage(10, WHATSAPP_LAUNCH_PARALLEL_MAX);
    const aloneMs = await begin(alone, healthyOf(alone));
    const stage = new FleetStage(10, WHATSAPP_LAUNCH_PARALLEL_MAX);
    const withStuckMs = await begin(stage, stage.ids, { silentStart: true });
    expect(withStuckMs).toBeLessThanOrEqual(aloneMs + LAUNCH_SLOT_MS_MAX + 50);
  });

  it('a stuck one is still ended by its own deadline, and comes back behind the others', async () => {
    const stage = new FleetStage(10, WHATSAPP_LAUNCH_PARALLEL_MAX);
    await begin(stage, stage.ids, { waitsOn: 'site' });
    await stage.clock.advance(LAUNCH_DEADLINE_MS);
    expect(stage.recorder.history('a0')).toContain('deadline.launch → CONNECTING.closing');
    for (const id of STUCK) stage.provider.setFaults(id, { waitsOn: null });
    await stage.untilAllConnected(60_000);
  });
});

describe('S20 launch slots', () => {
  it('have no queue for an account that rests: what it was to do a moment before gives it no place', async () => {
    const stage = new FleetStage(3, 1);
    const [alice, bob, carol] = [stage.adopt('a0'), stage.adopt('a1'), stage.adopt('a2')];
    stage.provider.setFaults('a1', { silentStart: true });
    await Promise.all([bob.command('connect'), stage.clock.advance(1)]);
    const both = Promise.all([alice.command('connect'), alice.command('disconnect')]); // one commit
    await Promise.all([both, stage.clock.advance(1)]);
    for (const child of [carol, alice]) await Promise.all([child.command('connect'), stage.clock.advance(1)]);
    await stage.command('a1', 'disconnect');
    expect(['a2', 'a0'].map((id) => stage.state(id))).toEqual(['CONNECTING.launching', 'CONNECTING.queued']);
  });

  it('never let more than so many launch at once, whatever becomes of the launches', async () => {
    const parallelMax = 3;
    const stage = new FleetStage(30, parallelMax);
    for (const [at, id] of stage.ids.entries())
      stage.provider.setFaults(id, at % 5 === 0 ? { silentStart: true } : at % 7 === 0 ? { neverReady: true } : {});
    for (const id of stage.ids) void stage.adopt(id, SLOW).command('connect');
    // A silent one counts until its slot is taken back.
    const startedAt = (id: string): number => stage.launches.findLast(({ accountId }) => accountId === id)!.at;
    let most = 0;
    for (let now = 0; now < 120_000; now += 250) {
      await stage.clock.advance(250);
      const launching = stage.ids.filter(
        (id) => stage.state(id) === 'CONNECTING.launching' && stage.clock.now() - startedAt(id) < LAUNCH_SLOT_MS_MAX,
      );
      most = Math.max(most, launching.length);
    }
    expect(most).toBe(parallelMax);
    expect(new Set(stage.launches.map(({ accountId }) => accountId)).size, 'all had their turn').toBe(30);
  });

  it('go to accounts in the order in which they asked', async () => {
    const stage = new FleetStage(12, 2);
    for (const id of stage.ids) {
      stage.adopt(id, SLOW);
      await stage.command(id, 'connect');
    }
    await stage.untilAllConnected(120_000);
    expect(stage.launches.map(({ accountId }) => accountId)).toEqual(stage.ids);
  });
});
