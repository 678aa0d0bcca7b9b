import type { InjectOptions } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { BODY_BYTES_MAX } from '#libs/contracts/limits/calls';
import { OPERATIONS } from '#libs/contracts/operations';
import { problemSchema } from '#libs/contracts/problem';
import { StoreSilentError } from '#src/application/timely-store';
import { type HttpRuntime, startHttpRuntime } from '#test/support/http-runtime';

let http: HttpRuntime;
const start = async (apiKeys: readonly string[] = []) => (http = await startHttpRuntime({ apiKeys }));
afterEach(() => http[Symbol.asyncDispose]());

const problemOf = async (options: InjectOptions) => {
  const answer = await http.app.inject(options);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  const problem = problemSchema.parse(answer.json());
  expect(problem.status).toBe(answer.statusCode);
  return { ...problem, headers: answer.headers };
};
const json = { 'content-type': 'application/json' };

describe('what goes wrong inside', () => {
  it('is told as a reference; cause and reference are in the log once, nothing leaks', async () => {
    await start();
    http.stores.away = new TypeError('x of undefined', { cause: new Error('the very cause') });
    const problem = await problemOf({ url: '/api/v1/accounts' });
    expect([problem.status, problem.code]).toEqual([500, 'internal_error']);
    expect(JSON.stringify(problem)).not.toContain('undefined');
    const lines = http
      .log()
      .split('\n')
      .filter((line) => line.includes(problem.reference ?? 'none'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('the very cause');
  });

  it('is 503 with Retry-After when the store is away', async () => {
    await start();
    http.stores.away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
    const problem = await problemOf({
      method: 'POST',
      url: '/api/v1/accounts',
      payload: { label: 'x', provider: 'simulated' },
    });
    expect([problem.status, problem.code]).toEqual([503, 'store_unavailable']);
    expect(problem.headers['retry-after']).toBe('2');
  });

  it('says of a store that fell silent that the call may be done all the same', async () => {
    await start();
    http.stores.away = new StoreSilentError(5_000, Promise.resolve());
    const problem = await problemOf({ method: 'GET', url: '/api/v1/accounts' });
    expect([problem.status, problem.code, problem.headers['retry-after']]).toEqual([503, 'store_unavailable', '2']);
    expect(problem.detail).toContain('may be done all the same');
  });
});

describe('keys', () => {
  it('are asked for everywhere but at the probes, before anything is read', async () => {
    await start(['first-key', 'second-key']);
    for (const url of [
      '/',
      '/health',
      '/metrics',
      '/docs',
      '/openapi.json',
      '/api/v1/accounts',
      '/nowhere',
      '//health/live',
    ]) {
      expect(await problemOf({ url })).toMatchObject({ status: 401, code: 'unauthorized' });
    }
    const huge = {
      method: 'POST',
      url: '/api/v1/accounts',
      payload: 'x'.repeat(BODY_BYTES_MAX + 1),
      headers: json,
    } as const;
    expect(await problemOf(huge)).toMatchObject({ status: 401 });
    for (const url of ['/health/live', '/health/ready']) expect((await http.app.inject(url)).statusCode).toBe(200);
  });

  it.each([
    [{ 'x-api-key': 'first-key' }, 200],
    [{ 'x-api-key': 'second-key' }, 200],
    [{ authorization: 'Bearer second-key' }, 200],
    [{ authorization: 'bearer second-key' }, 200],
    [{ authorization: 'Basic second-key' }, 401],
    [{ 'x-api-key': 'first-ke' }, 401],
    [{ 'x-api-key': '' }, 401],
    [{ 'x-api-key': 'first-key,second-key' }, 401],
  ])('%j → %i', async (headers, status) => {
    await start(['first-key', 'second-key']);
    expect((await http.app.inject({ url: '/api/v1/accounts', headers })).statusCode).toBe(status);
    expect(http.log()).not.toMatch(/first-key|second-key/);
  });
});

it('without keys, a page whose name was bound anew to this machine hears nothing', async () => {
  await start();
  const headers = { host: 'attacker.example:5001' };
  expect(await problemOf({ url: '/api/v1/accounts', headers })).toMatchObject({ status: 403 });
  expect((await http.app.inject({ url: '/health/live', headers })).statusCode).toBe(200);
});

describe('the phase of the runtime', () => {
  it('starting: only health answers', async () => {
    http = await startHttpRuntime({ phase: 'starting' });
    for (const url of ['/', '/api/v1/accounts', '/metrics', '/nowhere']) {
      const problem = await problemOf({ url });
      expect([problem.status, problem.code, problem.headers['retry-after']]).toEqual([503, 'starting', '2']);
    }
    expect((await http.app.inject('/health/live')).statusCode).toBe(200);
    expect((await http.app.inject('/health/ready')).statusCode).toBe(503);
    expect((await http.app.inject('/health')).json()).toMatchObject({
      status: 'error',
      error: { runtime: { phase: 'starting' } },
    });
  });

  it('shutting_down: nothing that changes anything is taken, looking is', async () => {
    await start();
    http.runtime.setPhase('shutting_down');
    expect(await problemOf({ method: 'POST', url: '/api/v1/accounts', payload: {} })).toMatchObject({
      code: 'shutting_down',
    });
    expect((await http.app.inject('/api/v1/accounts')).statusCode).toBe(200);
    const health = await http.app.inject('/health');
    expect([health.statusCode, health.json<{ status: string }>().status]).toEqual([503, 'shutting_down']);
  });
});

describe('the table of operations', () => {
  it('is what the server answers: every operation has its route, every route its operation', async () => {
    await start();
    const instance = http.app.getHttpAdapter().getInstance();
    const besideTheTable = ['GET /openapi.json', 'GET /docs', 'GET /dashboard', 'GET /dashboard/*'];
    const expected = Object.values(OPERATIONS).map(
      ({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
    );
    for (const route of [...expected, ...besideTheTable]) {
      const [method = '', url = ''] = route.split(' ');
      expect(instance.hasRoute({ method: method, url }), route).toBe(true);
    }
    const routes = instance.printRoutes({ commonPrefix: false });
    const served = [...routes.matchAll(/\(([A-Z, ]+)\)/g)]
      .flatMap(([, methods = '']) => methods.split(', '))
      .filter((method) => method !== 'HEAD');
    expect(served.length, routes).toBe(expected.length + besideTheTable.length);
  });
});
