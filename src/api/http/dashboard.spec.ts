import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHttpRuntime } from '#test/support/http-runtime';
import { DASHBOARD_POLICY, serveDashboard } from './dashboard.js';
import { readDashboard } from './dashboard-files.js';

const SCRIPT = `console.log('${'muster '.repeat(100)}');`;
const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
let folder: string;
let built: FastifyInstance;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dashboard-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  await writeFile(join(folder, 'assets', 'main-1a2b.js'), SCRIPT);
  built = fastify({ routerOptions: { ignoreTrailingSlash: true } });
  serveDashboard(built, () => readDashboard(folder));
});
afterAll(async () => {
  await built.close();
  await rm(folder, { recursive: true });
});

describe('the built dashboard', () => {
  it('is one page under a policy that lets nothing in but its own', async () => {
    const answer = await built.inject('/dashboard/');
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': DASHBOARD_POLICY,
    });
    expect(DASHBOARD_POLICY).not.toMatch(/unsafe|https?:|\*/);
    expect(DASHBOARD_POLICY).toContain("worker-src 'self'");
  });

  it('is kept for ever by caches where its name tells its content, and travels compressed', async () => {
    const url = '/dashboard/assets/main-1a2b.js';
    const answer = await built.inject({ url, headers: { 'accept-encoding': 'gzip, br' } });
    expect(answer.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'gzip',
      'content-type': 'text/javascript; charset=utf-8',
    });
    expect(answer.rawPayload.length).toBeLessThan(SCRIPT.length / 2);
    expect((await built.inject(url)).body).toBe(SCRIPT);
  });

  it('is not sent again to whoever has it', async () => {
    const { etag } = (await built.inject('/dashboard/')).headers;
    const again = await built.inject({ url: '/dashboard/', headers: { 'if-none-match': String(etag) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it('is reached without the last slash, too, since its addresses are relative', async () => {
    const answer = await built.inject('/dashboard');
    expect([answer.statusCode, answer.headers.location]).toEqual([302, 'dashboard/']);
  });

  it.each(['nothing.js', '../package.json', '..%2f..%2fpackage.json', '%2e%2e/package.json', 'assets'])(
    'has nothing else: %s',
    async (name) => expect((await built.inject(`/dashboard/${name}`)).statusCode).toBe(404),
  );
});

describe('the way to the dashboard', () => {
  it('leads a browser there without a key, and tells a program who answers', async () => {
    await using http = await startHttpRuntime({ apiKeys: ['k'.repeat(32)] });
    const led = await http.app.inject({ url: '/', headers: BROWSER });
    expect([led.statusCode, led.headers.location]).toEqual([302, 'dashboard/']);
    expect((await http.app.inject('/')).statusCode).toBe(401);
    const told = await http.app.inject({ url: '/', headers: { 'x-api-key': 'k'.repeat(32), accept: '*/*' } });
    expect(told.json()).toMatchObject({ name: 'muster', status: 'running' });
    expect((await http.app.inject({ url: '/dashboard/', headers: BROWSER })).statusCode).not.toBe(401);
    expect((await http.app.inject({ url: '/api/v1/accounts', headers: BROWSER })).statusCode).toBe(401);
  });

  it('says plainly that it was not built', async () => {
    const bare = fastify();
    serveDashboard(bare, () => readDashboard(join(folder, 'nowhere')));
    const answer = await bare.inject('/dashboard/');
    expect([answer.statusCode, answer.json()]).toMatchObject([
      404,
      { code: 'dashboard_missing', detail: expect.stringContaining('npm run build') as string },
    ]);
    await bare.close();
  });
});
