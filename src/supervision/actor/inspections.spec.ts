import { describe, expect, it } from 'vitest';
import { ACCOUNT_DEADLINES } from '#libs/account/account.context';
import { type AccountSnapshot, revive } from '#libs/account/account.snapshot';
import type { InspectionEvent } from '#libs/contracts/inspection';
import { createDeadLetters } from '#libs/supervisor/dead-letters';
import { createQuarantine } from '#libs/supervisor/quarantine';
import { createVirtualClock } from '#test/support/virtual-clock';
import { type AccountLogic, createAccountLogic } from './account-logic.js';
import { CommitLoop } from './commit-loop.js';
import { Inspections } from './inspections.js';

const owned = {
  ...{ accountId: 'alice', provider: 'simulated' as const, settings: {}, epoch: 1, snapshot: null, transitionSeq: 0 },
  ...{ enteredAt: 0, outboxEmpty: false },
};
const CONNECT = { kind: 'command', type: 'account.connect' } as const;

/** What the machine remembers counts how often somebody puts it into words; the machine itself never does. */
function countingLogic(spoken: { times: number }): AccountLogic {
  const logic = createAccountLogic(ACCOUNT_DEADLINES);
  const counting = (snapshot: AccountSnapshot): AccountSnapshot => {
    const context = Object.defineProperty({ ...snapshot.context }, 'toJSON', { value: () => (spoken.times += 1) });
    return { ...snapshot, context };
  };
  return {
    limits: logic.limits,
    start: (snapshot) => {
      const actor = logic.start(snapshot);
      return {
        snapshot: () => counting(actor.snapshot()),
        step(event) {
          const step = actor.step(event);
          return { ...step, snapshot: counting(step.snapshot) };
        },
        stop: () => actor.stop(),
      };
    },
  };
}

function stage() {
  const clock = createVirtualClock();
  const inspections = new Inspections(() => clock.now());
  const spoken = { times: 0 };
  const loop = new CommitLoop(owned, revive(null, clock.now()), {
    clock,
    inspections,
    logic: countingLogic(spoken),
    recorder: { record: async () => undefined, accepting: () => true, prime: () => undefined, forget: () => undefined },
    deadLetters: createDeadLetters({ keptMax: 10 }),
    quarantine: createQuarantine({ crashesMax: 3, keptMax: 10 }),
    onCommitted: () => undefined,
    onLost: () => undefined,
    onCrash: (error) => {
      throw error;
    },
  });
  return { loop, inspections, spoken };
}

describe('the machine of an account', () => {
  it('is put into words for those who watch it, and for nobody else', async () => {
    const { loop, inspections, spoken } = stage();
    await loop.ask(CONNECT);
    const leaveOther = inspections.watch('bob', () => expect.unreachable());
    await loop.ask({ kind: 'granted' });
    expect([spoken.times, inspections.made]).toEqual([0, 0]);

    const leave = inspections.watch('alice', (event) => void JSON.stringify(event));
    await loop.ask({ kind: 'command', type: 'account.disconnect' });
    const { times } = spoken;
    expect(times).toBe(1);
    leave();
    leaveOther();
    await loop.ask(CONNECT);
    expect(spoken.times).toBe(times);
  });

  it('tells of mail that never reached it, by its name alone', async () => {
    const { loop, inspections } = stage();
    const told: InspectionEvent[] = [];
    inspections.watch('alice', (event) => told.push(event));
    const fact = { type: 'driver.qr', qr: 'the secret code', attempt: 1, lifetimeMs: 1_000 } as const;
    expect(await loop.ask({ kind: 'fact', incarnation: 7, fact })).toEqual({ ok: false, why: 'came_too_late' });
    expect(told).toMatchObject([
      { event: 'inspection.mail', data: { kind: 'fact', name: 'driver.qr', waiting: 1 } },
      { event: 'inspection.buried', data: { kind: 'fact', name: 'driver.qr', why: 'came_too_late' } },
    ]);
    expect(JSON.stringify(told)).not.toContain('secret');
  });

  it('tells each who watches, also the same one twice, until each has left', () => {
    const inspections = new Inspections(() => 0);
    let heard = 0;
    const listener = (): void => void (heard += 1);
    const leaves = [inspections.watch('alice', listener), inspections.watch('alice', listener)];
    const tell = (): void => inspections.of('alice')?.mail({ kind: 'granted' }, 0);
    tell();
    expect(heard).toBe(2);
    leaves[0]!();
    tell();
    expect(heard).toBe(3);
    leaves[1]!();
    expect(inspections.of('alice')).toBeNull();
  });
});
