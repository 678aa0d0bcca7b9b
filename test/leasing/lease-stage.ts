import { v7 as uuidV7 } from 'uuid';
import { type DataSource } from 'typeorm';
import { allocateSchema, extendSchema, releaseSchema } from '#libs/contracts/account-manager/lease';
import { handleErrorSchema } from '#libs/contracts/account-manager/lease-error';
import type { LimitChanges } from '#libs/contracts/account-manager/lease-limits';
import { checkRateLimitSchema, recordRateLimitSchema } from '#libs/contracts/account-manager/rate-limit';
import type { InputOf } from '#libs/contracts/parse';
import { LOOK_BACK_MS } from '#libs/leasing/decision';
import { AccountProbe } from '#src/application/leasing/account-probe';
import { LeaseHealthService } from '#src/application/leasing/lease-health.service';
import { LeasesService } from '#src/application/leasing/leases.service';
import { WaitingList } from '#src/application/leasing/waiting-list';
import { UsageService } from '#src/application/leasing/usage.service';
import { AccountRepository } from '#src/persistence/account.repository';
import { poolOf } from '#src/persistence/data-source';
import { ConditionRepository } from '#src/persistence/leasing/condition.repository';
import { LEASE_STATEMENTS, type LeaseStatements } from '#src/persistence/leasing/lease-statements';
import { OFFER_STATEMENTS, type OfferStatements } from '#src/persistence/leasing/offer-statements';
import { LeaseRepository } from '#src/persistence/leasing/lease.repository';
import { LedgerRepository } from '#src/persistence/leasing/ledger.repository';
import { LimitRuleRepository } from '#src/persistence/leasing/limit-rule.repository';
import { USAGE_STATEMENTS, type UsageStatements } from '#src/persistence/leasing/usage-statements';
import { UsageRepository } from '#src/persistence/leasing/usage.repository';
import { type TestPostgres } from '#test/support/postgres';
import { inPrograms } from './programs.js';

/** As long as a spec lasts. */
const CONNECTION_WAIT_MS_MAX = 60_000;

/** Statements to put in place of the real ones: a bug. */
export interface PatchedSql {
  readonly lease?: Partial<LeaseStatements & OfferStatements>;
  readonly usage?: Partial<UsageStatements>;
}

/** The account manager on a real database, its accounts connected, none of them with a session behind it. */
export type LeaseStage = Awaited<ReturnType<typeof openLeaseStage>>;

/** `sql`, `waiting`: in place of the real ones, with a bug. */
export async function openLeaseStage(
  postgres: TestPostgres,
  accounts: number,
  sql: PatchedSql = {},
  waiting = new WaitingList(),
) {
  const store = await postgres.openStore();
  const pool = poolOf(store);
  // Two dozen come at once to ten connections: on a busy machine the last of them waits for longer than callers should.
  Object.assign(pool.options, { connectionTimeoutMillis: CONNECTION_WAIT_MS_MAX });
  const ids = await makeAccounts(store, accounts);
  const statements = { ...LEASE_STATEMENTS, ...OFFER_STATEMENTS, ...sql.lease };
  const leases = inPrograms(() => new LeaseRepository(store, statements));
  const usage = new UsageRepository(store, LOOK_BACK_MS, { ...USAGE_STATEMENTS, ...sql.usage });
  const conditions = new ConditionRepository(store);
  const rules = new LimitRuleRepository(store);
  const probes: string[] = [];
  const answers = { well: true, after: Promise.resolve() };
  const ask = async (accountId: string) => {
    probes.push(accountId);
    await answers.after;
    return answers.well ? { ok: true, value: { items: [], total: 0 } } : { ok: false, why: 'not_connected' };
  };
  const probe = new AccountProbe({ ask: ask as never }, conditions, leases);
  const serviceWith = (list: WaitingList) =>
    new LeasesService(leases, usage, conditions, rules, new Map(), probe, list);
  const service = serviceWith(waiting);
  const counting = new UsageService(usage, rules);
  const health = new LeaseHealthService(conditions);
  return {
    store,
    pool,
    ids,
    leases,
    usage,
    conditions,
    rules,
    ledger: new LedgerRepository(store),
    /** Which accounts were asked something after a rest, whether they answer, and after what. */
    probes,
    answers,
    health,
    waiting,
    allocate: (ask: AllocateOf = {}, left?: AbortSignal) => service.allocate(asked(ask), left),
    /** By a runtime that has just been started, and remembers nothing. */
    allocateAnew: (ask: AllocateOf = {}, list = new WaitingList()) => serviceWith(list).allocate(asked(ask)),
    extend: (id: string, ask: Partial<InputOf<typeof extendSchema>> = {}) =>
      service.extend(id, extendSchema.parse({ service_name: 'inviter', ...ask })),
    release: (id: string, ask: Partial<InputOf<typeof releaseSchema>> = {}) =>
      service.release(id, releaseSchema.parse({ service_name: 'inviter', ...ask })),
    check: (id: string, ask: Partial<InputOf<typeof checkRateLimitSchema>> = {}) =>
      counting.check(id, checkRateLimitSchema.parse({ action_type: 'invite', target_channel_id: 'c1', ...ask })),
    record: (id: string, ask: Partial<InputOf<typeof recordRateLimitSchema>> = {}) =>
      counting.record(id, recordRateLimitSchema.parse({ action_type: 'invite', target_channel_id: 'c1', ...ask })),
    status: (id: string) => counting.status(id),
    liftStop: (user: string, purpose: string, channel: string) => health.liftStop(user, purpose, channel),
    tellError: (id: string, ask: InputOf<typeof handleErrorSchema>) =>
      health.handleError(id, handleErrorSchema.parse(ask)),
    limit: (limits: LimitChanges | null) => rules.put({ user_id: null, purpose: null, account_id: null }, limits),
    /** As if this much time had passed: everything that was, was longer ago. */
    letPass: (ms: number) => letPass(pool, ms),
    /** As if nothing had ever been leased. */
    forget: () => forget(pool),
  };
}

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

/** What was asked for, where a refusal is no part of the story. */
export async function granted<T>(asked: Promise<Outcome<T>>): Promise<T> {
  const outcome = await asked;
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  return outcome.value;
}

type AllocateOf = Partial<InputOf<typeof allocateSchema>>;
const asked = (ask: AllocateOf) =>
  allocateSchema.parse({ user_id: 'shop', purpose: 'invite', service_name: 'inviter', ...ask });

export async function makeAccounts(store: DataSource, count: number): Promise<readonly string[]> {
  const accounts = new AccountRepository(store);
  const ids = Array.from({ length: count }, () => uuidV7()).sort();
  for (const id of ids) {
    await accounts.create({ id, label: id, provider: 'simulated', settings: {}, nodeId: 'n' });
    await poolOf(store).query(CONNECTED, [id, `+99900${id.slice(-8).replaceAll(/\D/g, '1')}`]);
  }
  return ids;
}

const CONNECTED = `
INSERT INTO account_snapshot (account_id, epoch, write_order, written_at, snapshot, status, detail, desired, phone, since,
  restart_count, entered_at, transition_seq)
VALUES ($1, 1, 1, now(), '{}', 'CONNECTED', 'CONNECTED.online', 'CONNECTED', $2, now(), 0, now(), 1)`;

const TIMES: Readonly<Record<string, readonly string[]>> = {
  account_slot: ['leased_at', 'expires_at', 'cooling_until', 'flood_at', 'login_dead_at', 'disabled_at', 'score_at'],
  lease: ['allocated_at', 'expires_at', 'ended_at'],
  usage_hold: ['held_at', 'expires_at', 'settled_at'],
  lease_ledger: ['at'],
  target_refusal: ['at'],
  account_snapshot: ['since'],
};

/** What the ledger says of times to come. */
const UNTIL_EARLIER = `
UPDATE lease_ledger SET details = jsonb_set(details, '{until}',
  to_jsonb((details ->> 'until')::timestamptz - $1::float8 * interval '1 millisecond'))
WHERE details ? 'until'`;

async function letPass(pool: ReturnType<typeof poolOf>, ms: number): Promise<void> {
  for (const [table, columns] of Object.entries(TIMES)) {
    const earlier = columns.map((column) => `${column} = ${column} - $1::float8 * interval '1 millisecond'`);
    await pool.query(`UPDATE ${table} SET ${earlier.join(', ')}`, [ms]);
  }
  await pool.query(UNTIL_EARLIER, [ms]);
}

async function forget(pool: ReturnType<typeof poolOf>): Promise<void> {
  await pool.query(
    'TRUNCATE lease, usage_hold, lease_ledger, channel_stop, target_refusal, account_slot, channel_lock',
  );
  await pool.query('INSERT INTO account_slot (account_id) SELECT id FROM account');
  await pool.query('UPDATE account_snapshot SET since = now()');
}
