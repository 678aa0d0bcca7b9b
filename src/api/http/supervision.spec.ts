import { describe, expect, it } from 'vitest';
import { supervisionSchema } from '#libs/contracts/supervision';
import { startHttpRuntime } from '#test/support/http-runtime';

describe('GET /api/v1/supervision', () => {
  it('answers the tree of this node at this moment', async () => {
    await using http = await startHttpRuntime();
    const answer = await http.app.inject('/api/v1/supervision');
    expect(answer.statusCode).toBe(200);
    const view = supervisionSchema.parse(answer.json());
    expect(view).toMatchObject({ node: 'node-1', pid: process.pid, phase: 'running', branches: [] });
    expect(Date.now() - Date.parse(view.at)).toBeLessThan(5_000);
    expect(Date.parse(view.since)).toBeLessThan(Date.parse(view.at));
  });

  it('is for those who have a key', async () => {
    await using http = await startHttpRuntime({ apiKeys: ['the-key'] });
    expect((await http.app.inject('/api/v1/supervision')).statusCode).toBe(401);
    const headers = { 'x-api-key': 'the-key' };
    expect((await http.app.inject({ url: '/api/v1/supervision', headers })).statusCode).toBe(200);
  });
});
