import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { rootSchema } from '#libs/contracts/health';
import { startHttpRuntime } from '#test/support/http-runtime';

describe('the page that frames Stately’s inspector', () => {
  it('is there when an operator has switched it on, and is named at the root', async () => {
    await using http = await startHttpRuntime({ env: { STATELY_INSPECTOR: 'true' } });
    expect(rootSchema.parse((await http.app.inject('/')).json())).toMatchObject({ statelyInspector: '/stately' });
    const page = await http.app.inject('/stately?accounts=0196b3f0-0000-7000-8000-00000000000a');
    expect(page).toMatchObject({ statusCode: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(page.headers['content-security-policy']).toContain('frame-src https://stately.ai;');
    expect(page.body).not.toMatch(/<script>|on\w+=/);
    const script = await http.app.inject('/stately/bridge.js');
    expect(script.headers['content-type']).toContain('text/javascript');
    expect(() => new Script(script.body)).not.toThrow();
  });

  it('asks for no key, since it holds nothing; what it shows comes by the stream, which does', async () => {
    await using http = await startHttpRuntime({ apiKeys: ['a-key'], env: { STATELY_INSPECTOR: 'true' } });
    expect((await http.app.inject('/stately')).statusCode).toBe(200);
  });

  it('is not there otherwise', async () => {
    await using http = await startHttpRuntime();
    expect(rootSchema.parse((await http.app.inject('/')).json())).toMatchObject({ statelyInspector: null });
    expect((await http.app.inject('/stately')).statusCode).toBe(404);
  });
});
