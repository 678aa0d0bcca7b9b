import { textContent } from '#libs/contracts/content';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectSimulatorControl, type SimulatorControl } from '#apps/simulator/control/control-client';
import { type Simulator, startSimulator } from '#apps/simulator/simulator';
import { engineSettingsTo } from '#libs/contracts/engine-settings';
import { PROBE_ANSWER_MS_MAX } from '#libs/contracts/limits/sessions';
import { WHATSAPP_CAN } from '#libs/drivers/whatsapp/capabilities';
import { openSession, valueOf, type Witness } from '#libs/drivers/witness.contract';
import { endUsersOfProfile } from '#libs/processes/process-ending';
import { isAlive } from '#libs/processes/process-identity';
import { listUsersOfProfile } from '#libs/processes/process-table';
import { EngineHosts } from '#src/engines/engine-hosts';
import type { EngineLimits } from '#src/engines/engine-limits';
import { type EngineProcess, forkEngine } from '#src/engines/engine-process';
import { endLeftovers } from '#src/engines/leftovers';
import { createRemoteDriver } from '#src/engines/remote-driver';

/** The built engine host, as the runtime starts it; `npm test` builds before the system specs run. */
const ENTRY = resolve('dist/apps/engine/main.js');
const WAIT_MS = 60_000;
const probe = { everyMs: 15_000, answerMsMax: 5_000 };
const alice = '+491700000001';
const stranger = '+491700000009';

let folder: string;
let simulator: Simulator;
let control: SimulatorControl;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'whatsapp-host-'));
  simulator = await startSimulator({ dataDir: join(folder, 'simulator') });
  control = connectSimulatorControl(`http://127.0.0.1:${simulator.controlPort}`);
});
afterAll(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

function startDriver(dataDir: string, limits: Partial<EngineLimits> = {}) {
  const engines: EngineProcess[] = [];
  const said: string[] = [];
  const note = (data: object, text: string): void => void said.push(`${text} ${JSON.stringify(data)}`);
  const log = { debug: note, info: note, warn: note, error: note };
  const { chromiumArgs } = simulator;
  const env = engineSettingsTo({ dataDir, chromiumPath: null, chromiumArgs, whatsappBrowser: 'auto', probe });
  const start = (): EngineProcess => {
    const engine = forkEngine({ entry: ENTRY, env, recordsDir: join(dataDir, 'engines'), log });
    engines.push(engine);
    return engine;
  };
  const profileOf = (accountId: string): string => join(dataDir, 'sessions', `session-${accountId}`);
  const hosts = new EngineHosts({ accountsMax: 8, log, start, limits });
  const driver = createRemoteDriver({
    provider: 'whatsapp',
    can: WHATSAPP_CAN,
    hosts,
    endRemains: async (accountId, askMs) =>
      (await endUsersOfProfile(profileOf(accountId), { askMs, killMs: 5_000 })).ok,
  });
  return { driver, engines, said, browsersOf: (accountId: string) => listUsersOfProfile(profileOf(accountId)) };
}

async function send({ session }: Witness, messageId: string): Promise<string> {
  const { providerMessageId } = valueOf(await session.ask('prepare', { messageId, to: stranger }));
  valueOf(
    await session.ask('send', { providerMessageId, to: stranger, content: textContent(messageId), quoted: null }),
  );
  return providerMessageId;
}

it('a real account in a real host survives the death of its host: same login, known message, nothing left', async () => {
  const { driver, engines, browsersOf, said } = startDriver(join(folder, 'data'));
  const accountId = randomUUID();
  const first = openSession(driver, accountId, {}, WAIT_MS);
  await control.scan({ qr: (await first.saw('driver.qr')).qr, number: alice });
  expect(await first.saw('driver.ready')).toMatchObject({ phone: alice });
  const id = await send(first, 'before the crash');
  await first.saw('driver.acknowledged');

  process.kill(engines[0]!.pid, 'SIGKILL');
  expect(await first.ended(), said.join('\n')).toMatchObject({ type: 'driver.dropped', reason: 'engine_gone' });
  expect(browsersOf(accountId)).toEqual([]);

  const second = openSession(driver, accountId, {}, WAIT_MS);
  expect(await second.saw('driver.ready')).toMatchObject({ phone: alice });
  expect(second.facts.map(({ type }) => type)).not.toContain('driver.qr');
  const { level } = valueOf(await second.session.ask('lookup', { providerMessageId: id, to: stranger }));
  expect(['sent', 'delivered', 'read']).toContain(level);
  valueOf(await second.session.ask('close', {}));
  await second.saw('driver.closed');
  expect(browsersOf(accountId)).toEqual([]);
  await driver.close();
});

it('a graceful end of all hosts closes their browsers properly and keeps the login', async () => {
  const dataDir = join(folder, 'graceful');
  const one = startDriver(dataDir);
  const accountId = randomUUID();
  const first = openSession(one.driver, accountId, {}, WAIT_MS);
  await control.scan({ qr: (await first.saw('driver.qr')).qr, number: '+491700000002' });
  await first.saw('driver.ready');
  await one.driver.close();
  expect(await first.ended()).toEqual({ type: 'driver.closed' });
  expect(one.browsersOf(accountId)).toEqual([]);

  const two = startDriver(dataDir);
  const second = openSession(two.driver, accountId, {}, WAIT_MS);
  await second.saw('driver.ready');
  expect(second.facts.map(({ type }) => type)).not.toContain('driver.qr');
  await two.driver.close();
  expect(two.browsersOf(accountId)).toEqual([]);
});

it('files of many megabytes go by their paths, while another account of the same host is answered', async () => {
  const { driver, engines } = startDriver(join(folder, 'files'));
  const pair = async (number: string): Promise<Witness> => {
    const witness = openSession(driver, randomUUID(), {}, WAIT_MS);
    await control.scan({ qr: (await witness.saw('driver.qr')).qr, number });
    await witness.saw('driver.ready');
    return witness;
  };
  const [one, other] = [await pair('+491700000004'), await pair('+491700000005')];
  expect(engines).toHaveLength(1);
  const bytes = randomBytes(24 * 1_048_576);
  const path = join(folder, 'large');
  writeFileSync(path, bytes);
  const { session } = one;
  const ask = { messageId: randomUUID(), to: stranger };
  const { providerMessageId } = valueOf(await session.ask('prepare', ask));
  const media = { path, mimeType: 'application/zip', filename: 'large.zip', bytes: bytes.length };
  const content = { kind: 'document', text: null, media, mentions: [] } as const;
  let longest = 0;
  const busy = (async () => {
    valueOf(await session.ask('send', { providerMessageId, to: stranger, content, quoted: null }));
    const fetching = { providerMessageId, path: `${path}.back`, bytesMax: bytes.length };
    expect(valueOf(await session.ask('fetchMedia', fetching))).toMatchObject({ bytes: bytes.length });
  })();
  const isOver = busy.then(() => true);
  do {
    const askedAt = performance.now();
    valueOf(await other.session.ask('probe', {}));
    longest = Math.max(longest, performance.now() - askedAt);
  } while (!(await Promise.race([isOver, new Promise<false>((resolve) => setImmediate(resolve, false))])));
  expect(Buffer.compare(readFileSync(`${path}.back`), bytes)).toBe(0);
  expect(longest).toBeLessThan(PROBE_ANSWER_MS_MAX);
  await driver.close();
});

it('a frozen host keeps its profiles from everybody else until it is ended', async () => {
  const dataDir = join(folder, 'frozen');
  const one = startDriver(dataDir, { heartbeatMissingMsMax: 600_000 });
  const accountId = randomUUID();
  const first = openSession(one.driver, accountId, {}, WAIT_MS);
  await control.scan({ qr: (await first.saw('driver.qr')).qr, number: '+491700000003' });
  await first.saw('driver.ready');
  const browser = one.browsersOf(accountId);
  process.kill(one.engines[0]!.pid, 'SIGSTOP');

  const two = startDriver(dataDir);
  expect(await openSession(two.driver, accountId, {}, WAIT_MS).ended()).toMatchObject({
    type: 'driver.dropped',
    reason: 'close_timeout', // one of ours has it, and does not end
  });
  expect(browser.filter(isAlive)).toHaveLength(browser.length);
  process.kill(one.engines[0]!.pid, 'SIGCONT');
  valueOf(await first.session.ask('probe', {})); // it goes on where it was: nobody has touched what is its own
  await two.driver.close();

  process.kill(one.engines[0]!.pid, 'SIGSTOP');
  const left = await endLeftovers({ recordsDir: join(dataDir, 'engines'), sessionsDir: join(dataDir, 'sessions') });
  expect(left).toMatchObject({ hosts: 1, survivors: [] });
  expect(browser.filter(isAlive)).toEqual([]);
  const three = startDriver(dataDir);
  const second = openSession(three.driver, accountId, {}, WAIT_MS);
  await second.saw('driver.ready');
  await three.driver.close();
  await one.driver.close();
  expect(three.browsersOf(accountId)).toEqual([]);
});
