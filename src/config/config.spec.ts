import { isAbsolute } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as sessionsLimits from '#libs/contracts/limits/sessions';
import { ConfigError, loadConfig } from './config.js';
import { printEnvExample } from './variables.js';

const faultsOf = (env: NodeJS.ProcessEnv): readonly string[] => {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

describe('configuration', () => {
  it('has a default for everything', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({ host: '127.0.0.1', port: 5001, databaseUrl: null, apiKeys: [], natsUrl: null });
    expect(config.deadlines.launchMs).toBe(sessionsLimits.LAUNCH_DEADLINE_MS);
    expect(config.restart.restartsMax).toBe(sessionsLimits.RESTARTS_MAX);
    expect(isAbsolute(config.dataDir)).toBe(true);
  });

  it('takes an empty value as not set', () => {
    expect(loadConfig({ PORT: '', API_KEYS: ' ', CHROMIUM_PATH: '' })).toEqual(loadConfig({}));
  });

  it('reads what is set', () => {
    const config = loadConfig({
      HOST: '0.0.0.0',
      PORT: '0',
      API_KEYS: 'one, two',
      CHROMIUM_ARGS: '--no-first-run "--host-resolver-rules=MAP web.whatsapp.com 127.0.0.1:8443"',
      AUTO_RESTORE: 'false',
      WHATSAPP_LAUNCH_PARALLEL_MAX: '7',
    });
    expect(config).toMatchObject({ host: '0.0.0.0', port: 0, apiKeys: ['one', 'two'], autoRestore: false });
    expect(config.chromiumArgs).toEqual([
      '--no-first-run',
      '--host-resolver-rules=MAP web.whatsapp.com 127.0.0.1:8443',
    ]);
    expect(config.launchParallelMax.whatsapp).toBe(7);
  });

  it.each<[string, string]>([
    ['PORT', '70000'],
    ['PORT', 'abc'],
    ['PORT', '-1'],
    ['LAUNCH_DEADLINE_MS', '1e5'],
    ['LAUNCH_DEADLINE_MS', '0'],
    ['SHUTDOWN_DEADLINE_MS', '99999999999'],
    ['AUTO_RESTORE', 'yes'],
    ['WHATSAPP_BROWSER', 'firefox'],
    ['DATABASE_URL', 'mysql://x'],
    ['CHROMIUM_ARGS', '--a "b'],
    ['API_KEYS', 'ключ'],
    ['LOG_LEVEL', 'loud'],
    ['NATS_URL', 'nats://127.0.0.1:4222'],
    ['STATELY_INSPECTOR', 'yes'],
  ])('a wrong %s (%s) names itself, and nothing else', (name, value) => {
    const faults = faultsOf({ [name]: value });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${name}: `));
  });

  it('names all that is wrong at once', () => {
    expect(faultsOf({ PORT: 'x', LOG_LEVEL: 'y' })).toHaveLength(2);
  });

  it('never repeats a value, since it may be a secret', () => {
    expect(faultsOf({ DATABASE_URL: 'postgers://user:hunter2@host/db' }).join()).not.toContain('hunter2');
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'example.org', '127.evil.example'])(
    'refuses HOST %s without keys',
    (HOST) => {
      expect(faultsOf({ HOST })[0]).toMatch(/^HOST: .*API_KEYS/);
      expect(faultsOf({ HOST, API_KEYS: 'k' })).toEqual([]);
    },
  );

  it('speaks to Stately’s inspector on loopback alone', () => {
    const shown = { STATELY_INSPECTOR: 'true', API_KEYS: 'k' };
    expect(faultsOf({ ...shown, HOST: '0.0.0.0' })[0]).toMatch(/^STATELY_INSPECTOR: only on loopback/);
    expect(faultsOf(shown)).toEqual([]);
  });

  it.each(['127.0.0.1', '127.9.9.9', 'localhost', '::1'])('allows HOST %s without keys', (HOST) => {
    expect(faultsOf({ HOST })).toEqual([]);
  });

  it('.env.example shows every variable with its default', async () => {
    await expect(printEnvExample()).toMatchFileSnapshot('../../.env.example');
  });

  it('.env.example can be used as it is', async () => {
    const { parseEnv } = await import('node:util');
    const env = parseEnv(printEnvExample()) as NodeJS.ProcessEnv;
    expect(loadConfig(env)).toEqual(loadConfig({}));
  });
});
