import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitUntil } from '#libs/client/wait-until';
import { LAUNCH_WAITING_AFTER_MS } from '#libs/contracts/limits/sessions';
import { WAIT } from '#test/support/whatsapp-stage';
import { type Person, type ScenarioStage, setScenario } from './scenario-stage.js';

const HEALTHY = ['ada', 'ben', 'cleo', 'dan', 'eve', 'fay', 'gus'] as const;
const STUCK = ['xaver', 'yara', 'zoe'] as const;
const ROUNDS = 3;
/** The bar: healthy accounts hardly notice that others are stuck before them, */
const TIMES_MAX = 1.5;
/** but for the slots that these hold until it shows that they only wait. For their whole time, it would be 15 s or more. */
const HELD_MS = LAUNCH_WAITING_AFTER_MS;

let scene: ScenarioStage<(typeof HEALTHY)[number] | (typeof STUCK)[number]>;

beforeAll(async () => {
  scene = await setScenario([...HEALTHY, ...STUCK], { ENGINE_HOST_ACCOUNTS_MAX: '8' });
});
afterAll(() => scene?.[Symbol.asyncDispose]());

it('seven accounts are back nearly as soon as if three others were not stuck before them', async () => {
  const healthy = HEALTHY.map((name) => scene.cast[name]);
  const stuck = STUCK.map((name) => scene.cast[name]);
  const alone: number[] = [];
  const behind: number[] = [];
  await allRest([...healthy, ...stuck]);
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await connectAll(healthy, []));
    await allRest(healthy);
    for (const who of stuck) await scene.strikeAt(who, { name: 'never_answers' });
    behind.push(await connectAll(healthy, stuck));
    for (const { id } of stuck) expect((await scene.stage.client.accounts.get(id)).status).toBe('CONNECTING');
    await scene.stage.control.clearFaults();
    await allRest([...healthy, ...stuck]);
  }
  console.log(`7 alone ${alone.map(Math.round).join(', ')} ms; behind 3 stuck ${behind.map(Math.round).join(', ')} ms`);
  expect(median(behind)).toBeLessThan(median(alone) * TIMES_MAX + HELD_MS);
}, 180_000);

/** Until all healthy ones are CONNECTED; the stuck ones are asked first. */
async function connectAll(healthy: readonly Person[], stuck: readonly Person[]): Promise<number> {
  const { accounts } = scene.stage.client;
  const startedAt = performance.now();
  for (const { id } of [...stuck, ...healthy]) await accounts.connect(id);
  await Promise.all(healthy.map(({ id }) => accounts.untilConnected(id, { timeoutMs: 60_000, everyMs: 50 })));
  return performance.now() - startedAt;
}

async function allRest(people: readonly Person[]): Promise<void> {
  const { accounts } = scene.stage.client;
  await Promise.all(people.map(({ id }) => accounts.disconnect(id)));
  const inIdle = async () =>
    (await Promise.all(people.map(({ id }) => accounts.get(id)))).every(({ detail }) => detail === 'DISCONNECTED.idle');
  await waitUntil('rest', inIdle, (all) => all, WAIT);
}

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
