import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNursery, type Nursery } from '#test/support/scripted-children';
import type { ExitClass } from './exit.js';

const IDS = ['a', 'b', 'c'] as const;
const after = fc.constantFrom(0, 1, 700, 4_999, 9_000, null);
const id = fc.constantFrom(...IDS);
const step = fc.oneof(
  fc.record({ do: fc.constant('start' as const), id, stopsAfterMs: after, diesAfterMs: after, owned: fc.boolean() }),
  fc.record({ do: fc.constant('exit' as const), id, class: fc.constantFrom<ExitClass>('crash', 'outage', 'normal') }),
  fc.record({ do: fc.constantFrom('ask' as const, 'stop' as const, 'kill' as const, 'forget' as const), id }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 1_000, 5_000, 70_000) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What was done to the children, whoever did it: no life begins before the last one is gone, and each ends once. */
function checkLives(happened: readonly string[]): void {
  const alive = new Map<string, string>();
  const ended = new Set<string>();
  for (const line of happened) {
    const [what, life = ''] = line.split(' ');
    const child = life.slice(0, 1);
    if (what === 'start') {
      expect(alive.get(child), `${life} started beside another life`).toBeUndefined();
      alive.set(child, life);
    }
    if (what === 'gone') {
      expect(ended.has(life)).toBe(false);
      ended.add(life);
      alive.delete(child);
    }
  }
}

async function play({ supervisor, spec, life, happened, clock }: Nursery, steps: readonly Step[], ownable: boolean) {
  const started = (child: string): boolean => happened.some((line) => line.startsWith(`start ${child}`));
  for (const now of steps) {
    if (now.do === 'wait') await clock.advance(now.ms);
    else if (now.do === 'start') {
      const { stopsAfterMs, diesAfterMs } = now;
      const owner = ownable && now.owned ? { onDown: () => undefined } : {};
      // what is forgotten here is still known to the owner, as the contract asks
      const lastIncarnation = started(now.id) ? life(now.id).ref.incarnation : 0;
      supervisor.startChild(spec(now.id, { stopsAfterMs, diesAfterMs, lastIncarnation, ...owner }));
    } else if (started(now.id)) {
      const { ref } = life(now.id);
      if (now.do === 'exit') life(now.id).exit(now.class);
      if (now.do === 'ask') supervisor.askToStop(ref);
      if (now.do === 'stop') void supervisor.stopChild(ref);
      if (now.do === 'kill') void supervisor.killChild(ref);
      if (now.do === 'forget') supervisor.forget(now.id);
    }
    await clock.settle();
  }
}

describe.each(['one_for_one', 'one_for_all', 'rest_for_one'] as const)(
  'any history of a %s supervisor (I1 I8 I11)',
  (strategy) => {
    it('has one life of a child at a time, one exit a life, and ends with nothing running and no timer', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, stopTogether) => {
          let failures = 0;
          const nursery = createNursery({ strategy, stopTogether, onGiveUp: () => failures++ });
          await play(nursery, steps, strategy === 'one_for_one');
          let stopped = false;
          void nursery.supervisor.stop().then(() => (stopped = true));
          await nursery.clock.advance(60_000);
          expect(stopped).toBe(true);

          const { happened, notes, supervisor, clock } = nursery;
          checkLives(happened);
          const starts = notes.filter(({ type }) => type === 'started').length;
          const stuck = supervisor.children().filter(({ state }) => state !== 'down').length;
          expect(notes.filter(({ type }) => type === 'exited')).toHaveLength(starts - stuck);
          if (stuck === 0) expect(clock.pending).toBe(0);
          expect(failures).toBeLessThanOrEqual(1);
        }),
        { numRuns: 500 },
      );
    });
  },
);
