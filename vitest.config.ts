import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const shared = {
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'], externalConditions: ['source'] } },
};

const TIMED = '**/*.timed.spec.ts';

/** What is waited for takes milliseconds; with a dozen programs to two processors it took more than the second that is usual. */
const PATIENT = { poll: { timeout: 15_000 } };

/**
 * Specs of more than 45 s come first, those that compute between those that wait. One that is begun last runs alone in the
 * end, while other workers have nothing left.
 */
const LONGEST = [
  'test/races/lifecycle.spec.ts',
  'test/sequences/sequences.spec.ts',
  'test/drivers/whatsapp.waiting.spec.ts',
  'test/races/sending.spec.ts',
  'test/chaos/chaos.spec.ts',
  'test/e2e/whatsapp-recovery.spec.ts',
  'test/simulation/schedules-first-half.spec.ts',
  'test/scenarios/running.spec.ts',
  'test/drivers/whatsapp.reloads.spec.ts',
  'test/simulation/schedules-second-half.spec.ts',
  'test/drivers/whatsapp.contract.spec.ts',
  'test/e2e/whatsapp-guardians.spec.ts',
  'test/races/deaths.spec.ts',
  'test/scenarios/false-alarms.spec.ts',
  'test/scenarios/restoring.spec.ts',
  'test/races/bugs.spec.ts',
  'test/drivers/whatsapp.login.spec.ts',
  'test/scenarios/starting.spec.ts',
  'test/e2e/demo.spec.ts',
  'test/scenarios/sending.spec.ts',
  'test/e2e/dashboard.spec.ts',
];

/** Vitest knows how long a spec took the last time, but a fresh clone has no last time: then it goes by the size of the files. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId, project }: TestSpecification): number => {
      const at = LONGEST.findIndex((path) => moduleId.endsWith(`/${path}`));
      const first = sorted.findIndex((other) => other.project === project);
      return first + (at < 0 ? 1 : at / LONGEST.length);
    };
    return sorted.toSorted((one, other) => place(one) - place(other));
  }
}

/**
 * `unit`: seconds, no processes (part of `npm run check`). `system`: real Postgres, real processes, real browsers. `timed`:
 * as `system`, but what is held to is a time, which would measure the neighbours: after all others, one file at a time.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['{libs,src,apps}/**/*.spec.ts'],
          exclude: ['**/*.system.spec.ts', TIMED, '**/node_modules/**'],
          pool: 'forks',
          maxWorkers: 2,
          isolate: false, // the modules keep no state, so that specs may share them: a third less time
          expect: PATIENT, // the rest of `npm run check` runs beside them
          testTimeout: 120_000, // properties take 1 to 3 s alone; with 24 programs to two processors one took 29
          hookTimeout: 120_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'system',
          include: ['test/**/*.spec.ts', '{libs,src,apps}/**/*.system.spec.ts'],
          exclude: [TIMED, '**/node_modules/**'],
          pool: 'forks',
          // Most of these wait for shortened deadlines: together they compute for 0.55 of the time that they take.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
          globalSetup: ['test/support/folder-setup.ts', 'test/support/browser-setup.ts'],
          expect: PATIENT,
          testTimeout: 120_000, // the longest that names no limit of its own takes 40 s with three programs beside it
          hookTimeout: 120_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'timed',
          include: ['{test,libs,src,apps}/**/*.timed.spec.ts'],
          pool: 'forks',
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          globalSetup: ['test/support/folder-setup.ts', 'test/support/browser-setup.ts'],
          expect: PATIENT,
          testTimeout: 120_000, // the longest that names no limit of its own takes 40 s with three programs beside it
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
