import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { Pool } from 'pg';
import { v7 as uuidV7 } from 'uuid';
import type { DataSource } from 'typeorm';
import { LOOK_BACK_MS } from '#libs/leasing/decision';
import { AccountProbe } from '#src/application/leasing/account-probe';
import type { ConditionStore, LeaseStore, LimitRuleStore, UsageStore } from '#src/application/leasing/lease-stores';
import { LeasesService } from '#src/application/leasing/leases.service';
import { WaitingList } from '#src/application/leasing/waiting-list';
import { timely } from '#src/application/timely-store';
import { createDataSource } from '#src/persistence/data-source';
import { ConditionRepository } from '#src/persistence/leasing/condition.repository';
import { LeaseRepository } from '#src/persistence/leasing/lease.repository';
import { LimitRuleRepository } from '#src/persistence/leasing/limit-rule.repository';
import { UsageRepository } from '#src/persistence/leasing/usage.repository';
import { GRANT, RELEASE } from '#src/persistence/leasing/lease-statements';
import { POSTGRES_ROLE } from '#src/persistence/postgres-data';
import { makeAccounts } from '#test/leasing/lease-stage';
import { startRuntime, type TestRuntime } from '#test/support/runtime';
import type { Figure } from './figure.js';
import { inLanes } from './lanes.js';
import { median, percentile } from './percentile.js';

/** More than callers, so that one is always free. */
const ACCOUNTS = 100;
const CALLERS = [10, 60] as const;
/** As many as the runtime has itself. */
const BARE_CONNECTIONS = 10;
/** One after the other, so that all have the same neighbours. */
const ROUNDS = 3;
const ROUND_MS = 2_500;
const WARM_UP_MS = 1_500;
const RATIO_MIN = 0.7;
const CALL_P99_MS_MAX = 50;
const LEASE_MS = 300_000;

/** Leases and gives back once; answers how long the slower of both calls took. */
type Pair = (caller: number) => Promise<number>;

/**
 * The account manager against a loop of its two statements, each in a commit of its own, as it runs them itself for a single
 * caller; both on one database, with its durability, in turns. Of callers that come at once it gives leases together, which
 * the loop can't. Then the same at the HTTP door, where a call costs what every call costs (`accept` and `latency` hold that
 * to bars).
 */
export async function benchLeases(signal: AbortSignal): Promise<readonly Figure[]> {
  await using runtime = await startRuntime();
  const url = await databaseOf(runtime);
  const store = await createDataSource(url).initialize();
  const pool = new Pool({ connectionString: url, max: BARE_CONNECTIONS });
  const agent = new Agent({ keepAlive: true, maxSockets: Math.max(...CALLERS) });
  try {
    await makeAccounts(store, ACCOUNTS);
    const figures: Figure[] = [];
    for (const callers of CALLERS) {
      const played = { bare: byStatements(pool), useCases: byUseCases(store), door: byHttp(runtime.url, agent) };
      figures.push(...figuresOf(await playInTurns(played, callers, signal), callers));
    }
    return figures;
  } finally {
    agent.destroy();
    await pool.end();
    await store.destroy();
  }
}

type Side = 'bare' | 'useCases' | 'door';
interface Played {
  /** Pairs a second, by rounds. */
  readonly rates: readonly number[];
  readonly tookMs: readonly number[];
}

async function playInTurns(
  pairs: Readonly<Record<Side, Pair>>,
  callers: number,
  signal: AbortSignal,
): Promise<Readonly<Record<Side, Played>>> {
  const played: Record<Side, { rates: number[]; tookMs: number[] }> = {
    bare: { rates: [], tookMs: [] },
    useCases: { rates: [], tookMs: [] },
    door: { rates: [], tookMs: [] },
  };
  const sides = Object.keys(pairs) as Side[];
  for (const side of sides) await play(pairs[side], callers, WARM_UP_MS, [], signal);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const side of sides)
      played[side].rates.push(await play(pairs[side], callers, ROUND_MS, played[side].tookMs, signal));
  return played;
}

function figuresOf({ bare, useCases, door }: Readonly<Record<Side, Played>>, callers: number): readonly Figure[] {
  const name = `leased and released, ${callers} callers`;
  const note = `${ACCOUNTS} accounts, fsync on; median of ${ROUNDS}`;
  const most = callers === Math.max(...CALLERS) ? { bar: { below: CALL_P99_MS_MAX } } : {};
  const against = (ours: Played): number => median(ours.rates.map((rate, round) => rate / bare.rates[round]!));
  const p99 = ({ tookMs }: Played): number => percentile(tookMs, 0.99);
  const slower = `of the slower call of a pair; bare loop: ${Math.round(p99(bare))} ms`;
  return [
    { name, value: median(useCases.rates), unit: '/s', note },
    { name: `${name}, bare loop`, value: median(bare.rates), unit: '/s', note: 'the same SQL, a commit for each' },
    { name: `${name}, against the bare loop`, value: against(useCases), unit: '×', bar: { atLeast: RATIO_MIN } },
    { name: `${name}, p99 of a call`, value: p99(useCases), unit: 'ms', ...most, note: slower },
    { name: `${name}, over HTTP`, value: median(door.rates), unit: '/s' },
    { name: `${name}, over HTTP, against the bare loop`, value: against(door), unit: '×' },
    { name: `${name}, over HTTP, p99 of a call`, value: p99(door), unit: 'ms' },
  ];
}

/** Pairs a second. */
async function play(pair: Pair, callers: number, ms: number, took: number[], signal: AbortSignal): Promise<number> {
  const beganAt = performance.now();
  let pairs = 0;
  await inLanes(Array(callers).keys(), callers, signal, async (caller) => {
    while (performance.now() - beganAt < ms && !signal.aborted) {
      took.push(await pair(caller));
      pairs += 1;
    }
  });
  return pairs / ((performance.now() - beganAt) / 1_000);
}

function byStatements(pool: Pool): Pair {
  return async (caller) => {
    const service = `service ${caller}`;
    const ask = [uuidV7(), 'bench', service, 'bench', null, null, LEASE_MS];
    const values = [...ask.map((one) => [one]), [], null, null];
    const beganAt = performance.now();
    const { rows } = await pool.query<{ accountId: string; leaseId: string }>({ ...GRANT, values });
    const between = performance.now();
    const [lease] = rows;
    // Locked by others in this moment: the loop knows no second try.
    if (lease) await pool.query({ ...RELEASE, values: [lease.accountId, service, lease.leaseId, null] });
    return Math.max(between - beganAt, performance.now() - between);
  };
}

/** As the runtime puts it together, without HTTP. */
function byUseCases(store: DataSource): Pair {
  const leases = timely<LeaseStore>(new LeaseRepository(store));
  const conditions = timely<ConditionStore>(new ConditionRepository(store));
  const usage = timely<UsageStore>(new UsageRepository(store, LOOK_BACK_MS));
  const rules = timely<LimitRuleStore>(new LimitRuleRepository(store));
  const unasked = new AccountProbe({ ask: () => Promise.reject(new Error('nobody rests here')) }, conditions, leases);
  const service = new LeasesService(leases, usage, conditions, rules, new Map(), unasked, new WaitingList());
  return async (caller) => {
    const who = { service_name: `service ${caller}` };
    const beganAt = performance.now();
    const asked = { user_id: 'bench', purpose: 'bench', timeout_minutes: LEASE_MS / 60_000, wait_ms: 0, priority: 0 };
    const lease = await service.allocate({ ...who, ...asked });
    const between = performance.now();
    if (lease.ok) await service.release(lease.value.account_id, { ...who, lease_id: lease.value.lease_id });
    return Math.max(between - beganAt, performance.now() - between);
  };
}

function byHttp(url: string, agent: Agent): Pair {
  const base = `${url}/api/v1/account-manager`;
  return async (caller) => {
    const service = `service ${caller}`;
    const beganAt = performance.now();
    const ask = { user_id: 'bench', purpose: 'bench', service_name: service, timeout_minutes: LEASE_MS / 60_000 };
    const lease = await post(agent, `${base}/allocate`, ask);
    const between = performance.now();
    await post(agent, `${base}/release/${lease['account_id']}`, { service_name: service, lease_id: lease['lease_id'] });
    return Math.max(between - beganAt, performance.now() - between);
  };
}

function post(agent: Agent, url: string, body: object): Promise<Record<string, string>> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const call = request(url, { method: 'POST', agent, headers }, (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (part: string) => (answer += part));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(answer) as Record<string, string>);
        else reject(new Error(`${url} answered ${response.statusCode}: ${answer}`));
      });
    });
    call.on('error', reject);
    call.end(text);
  });
}

async function databaseOf({ dataDir }: TestRuntime): Promise<string> {
  const password = (await readFile(join(dataDir, 'postgres', 'password'), 'utf8')).trim();
  const port = (await readFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n')[3];
  return `postgres://${POSTGRES_ROLE}:${password}@127.0.0.1:${port}/postgres`;
}
