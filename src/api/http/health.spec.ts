import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT_STATUSES } from '#libs/contracts/account';
import type { CommittedState } from '#libs/contracts/events';
import { checkSchema, healthSchema, rootSchema } from '#libs/contracts/health';
import { OPERATIONS } from '#libs/contracts/operations';
import { PROBLEMS } from '#libs/contracts/problem';
import { type HttpRuntime, startHttpRuntime } from '#test/support/http-runtime';

let http: HttpRuntime;
beforeEach(async () => (http = await startHttpRuntime()));
afterEach(() => http[Symbol.asyncDispose]());

const stateOf = (status: CommittedState['status']): CommittedState => ({
  status,
  detail: status,
  desired: 'CONNECTED',
  phone: status === 'CONNECTED' ? '+380441234567' : null,
  reason: null,
  since: 0,
  restarts: { count: 0, nextAttemptAt: null },
});
const fill = (count: number): void => {
  for (let n = 0; n < count; n += 1)
    http.states.set(
      `0193a1b2-0000-7000-8000-${String(n).padStart(12, '0')}`,
      stateOf(ACCOUNT_STATUSES[n % 6] ?? 'FAILED'),
    );
};

describe('health', () => {
  it('tells parts, accounts without their phones, memory and time', async () => {
    fill(6);
    http.runtime.addReadinessPart({ name: 'store', check: () => ({ status: 'up', waitingCommits: 0 }) });
    const answer = await http.app.inject('/health');
    const health = healthSchema.parse(answer.json());
    expect(health).toMatchObject({ status: 'ok', activeClients: 1, info: { store: { status: 'up' } }, error: {} });
    expect(health.clients).toHaveLength(6);
    expect(health.clients.find(({ status }) => status === 'CONNECTED')?.hasPhone).toBe(true);
    expect(health.memory.rss).toBeGreaterThan(10);
    expect(answer.body).not.toContain('380441234567');
  });

  it('is never spoilt by accounts that are down', async () => {
    for (const id of ['a', 'b', 'c']) http.states.set(id, stateOf('FAILED'));
    expect((await http.app.inject('/health')).statusCode).toBe(200);
    expect((await http.app.inject('/health/ready')).statusCode).toBe(200);
  });

  it('is 503 when a part is down; the process lives all the same', async () => {
    http.runtime.addReadinessPart({ name: 'store', check: () => ({ status: 'down', since: 1 }) });
    for (const url of ['/health', '/health/ready']) {
      const answer = await http.app.inject(url);
      expect(answer.statusCode).toBe(503);
      expect(checkSchema.parse(answer.json())).toMatchObject({ status: 'error', error: { store: { status: 'down' } } });
    }
    expect((await http.app.inject('/health/live')).statusCode).toBe(200);
  });
});

describe('what the runtime says of itself', () => {
  it('name, version and phase', async () => {
    expect(rootSchema.parse((await http.app.inject('/')).json())).toMatchObject({ name: 'muster', status: 'running' });
  });

  it('metrics, fed by committed news', async () => {
    fill(6);
    const step = {
      at: new Date(0).toISOString(),
      from: 'CONNECTED.online',
      to: 'CONNECTING.backingOff',
      event: 'driver.dropped',
      cause: 'browser_gone',
      incarnation: 1,
      epoch: 1,
      heldMs: 5,
      seq: 2,
    };
    http.publish({
      event: 'account.changed',
      accountId: 'a',
      at: 0,
      state: stateOf('CONNECTING'),
      transitions: [step],
    });
    http.publish({ event: 'supervisor.noted', accountId: 'a', at: 0, what: 'restart', data: {} });
    http.metrics.observeCommit(7, 12);
    await http.app.inject('/api/v1/accounts/0193a1b2-0000-7000-8000-000000000000');
    const answer = await http.app.inject('/metrics');
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    for (const line of [
      'muster_accounts{status="CONNECTED"} 1',
      'muster_account_transitions_total{event="driver.dropped"} 1',
      'muster_account_restarts_total{reason="browser_gone"} 1',
      'muster_restart_brake{provider="simulated"} 1',
      'muster_restart_brake_held{provider="simulated"} 7',
      'muster_supervisor_notes_total{what="restart"} 1',
      'muster_outbox_messages{which="all"} 7',
      'muster_outbox_messages{which="longest"} 4',
      'muster_commit_entries_sum 7',
      'muster_http_request_seconds_count{method="GET",route="/api/v1/accounts/:id",status="404"} 1',
    ]) {
      expect(answer.body).toContain(line);
    }
    expect(answer.body).toContain('process_resident_memory_bytes');
  });

  it('openapi.json: every operation, no reference that leads nowhere', async () => {
    const api = (await http.app.inject('/openapi.json')).json<{
      openapi: string;
      paths: Record<string, Record<string, { operationId: string }>>;
      components: { schemas: object };
    }>();
    expect(api.openapi).toBe('3.1.0');
    const ids = Object.values(api.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(ids.sort()).toEqual([...Object.keys(OPERATIONS), 'openStream'].sort());
    const references = [...JSON.stringify(api).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
    for (const reference of references) {
      expect(Object.keys(api.components.schemas)).toContain(reference?.replace('#/components/schemas/', ''));
    }
  });

  it('docs: a page without scripts and foreign addresses, with every call and every problem', async () => {
    const answer = await http.app.inject('/docs');
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(answer.body).not.toMatch(/<script|https?:\/\/(?!json-schema)/);
    for (const name of Object.keys(OPERATIONS)) expect(answer.body).toContain(`id="${name}"`);
    for (const code of Object.keys(PROBLEMS)) expect(answer.body).toContain(`id="${code}"`);
  });
});
