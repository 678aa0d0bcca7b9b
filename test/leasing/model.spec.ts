import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { violations } from './invariants.js';
import { anyCommands } from './lease-commands.js';
import { LeaseModel, MODEL_LIMITS } from './lease-model.js';
import { type LeaseStage, openLeaseStage } from './lease-stage.js';

/** More by `LEASE_RUNS=2000 npx vitest run test/leasing/model.spec.ts`. */
const RUNS = Number(process.env['LEASE_RUNS'] ?? 25);
const COMMANDS_MAX = 40;
let postgres: TestPostgres;
let stage: LeaseStage;
beforeAll(async () => {
  postgres = await startTestPostgres();
  stage = await openLeaseStage(postgres, 2);
  const { daily, channelDaily, channelTotal } = MODEL_LIMITS;
  const all = { daily_limit: daily, max_per_channel_per_day: channelDaily, max_per_channel_total: channelTotal };
  await stage.limit({ actions: { '*': all } });
});
afterAll(() => postgres.stop());

describe('whatever services do, in whatever order', () => {
  it('the account manager does as its model says, and no invariant breaks', { timeout: 100_000 + RUNS * 2_000 }, () =>
    fc.assert(
      fc.asyncProperty(anyCommands(COMMANDS_MAX), async (commands) => {
        await stage.forget();
        await fc.asyncModelRun(() => ({ model: new LeaseModel(stage.ids), real: stage }), commands);
        expect(await violations(stage.pool, MODEL_LIMITS)).toEqual([]);
      }),
      { numRuns: RUNS },
    ),
  );
});
