import { describe, expect, it } from 'vitest';
import { configurationSchema, type ConfigurationVariable } from '#libs/contracts/configuration';
import { describeConfiguration } from './configuration.js';
import { loadConfig } from './config.js';
import { VARIABLES } from './variables.js';

const SECRET = 'hunter2-of-the-tests';
const shown = (name: keyof typeof VARIABLES, env: NodeJS.ProcessEnv = {}): ConfigurationVariable =>
  describeConfiguration(env).variables.find((variable) => variable.name === name)!;

describe('the configuration in force', () => {
  it('has every variable, with its default, and says where its value comes from', () => {
    const { variables } = configurationSchema.parse(describeConfiguration({ PROBE_EVERY_MS: ' 1500 ' }));
    expect(variables.map(({ name }) => name)).toEqual(Object.keys(VARIABLES));
    expect(shown('PROBE_EVERY_MS', { PROBE_EVERY_MS: ' 1500 ' })).toMatchObject({
      value: 1_500,
      default: expect.any(Number) as number,
      unit: 'ms',
      from: 'environment',
      hidden: 0,
      description: VARIABLES.PROBE_EVERY_MS.comment,
    });
    expect(shown('PROBE_EVERY_MS', { PROBE_EVERY_MS: ' ' }).from).toBe('default');
    expect(shown('AUTO_RESTORE')).toMatchObject({ value: true, unit: null });
    expect(shown('CHROMIUM_PATH')).toMatchObject({ value: null, default: null });
  });

  it('tells the unit of every number that is no count', () => {
    const { variables } = describeConfiguration({});
    const unitless = variables.filter(({ value, unit }) => typeof value === 'number' && unit === null);
    expect(unitless.map(({ name }) => name)).toEqual([
      'PORT',
      'RESTARTS_MAX',
      'WHATSAPP_LAUNCH_PARALLEL_MAX',
      'TELEGRAM_LAUNCH_PARALLEL_MAX',
      'SIMULATED_LAUNCH_PARALLEL_MAX',
      'ENGINE_HOST_ACCOUNTS_MAX',
    ]);
    expect(shown('MEDIA_RETENTION_DAYS').unit).toBe('days');
    expect(shown('BROWSER_MEMORY_MB_MAX').unit).toBe('MB');
    expect(shown('SEND_PER_MINUTE_MAX').unit).toBe('per minute');
  });

  it('tells how many keys there are, where the database is, and which flags are set', () => {
    const env = {
      API_KEYS: `${SECRET},${SECRET}-2`,
      DATABASE_URL: `postgres://somebody:${SECRET}@db.example:5432/muster?sslpassword=${SECRET}`,
      CHROMIUM_ARGS: `--proxy-server=http://me:${SECRET}@proxy:3128 --mute-audio ${SECRET}`,
    };
    expect(shown('API_KEYS', env)).toMatchObject({ value: [], hidden: 2 });
    expect(shown('DATABASE_URL', env)).toMatchObject({ value: 'postgres://db.example:5432/muster', hidden: 3 });
    expect(shown('CHROMIUM_ARGS', env)).toMatchObject({ value: ['--proxy-server=…', '--mute-audio', '…'], hidden: 2 });
    expect(loadConfig(env).apiKeys).toHaveLength(2); // it is a configuration that can be had
    expect(JSON.stringify(describeConfiguration(env))).not.toMatch(/hunter2|somebody/);
  });

  it.each([
    `postgres:somebody:${SECRET}@db/muster`,
    `postgres://somebody:12/${SECRET}@db/muster`,
    `postgres://db/${SECRET}?password=${SECRET}`,
    `postgres://somebody@db/muster#${SECRET}`,
  ])('tells nothing of who logs in by %s', (DATABASE_URL) => {
    const text = JSON.stringify(shown('DATABASE_URL', { DATABASE_URL }));
    // A database may be called anything: its name is told, and nothing else.
    expect(text.replace(`db/${SECRET}"`, '')).not.toMatch(/hunter2|somebody/);
    expect(shown('DATABASE_URL', { DATABASE_URL }).hidden).toBeGreaterThan(0);
  });

  /** A new variable of free text turns this red, until somebody has judged what may stand in it. */
  it('shows no free text but that of three variables, which hold none', () => {
    const names = Object.keys(VARIABLES) as (keyof typeof VARIABLES)[];
    const isTaken = (name: keyof typeof VARIABLES, text: string) => VARIABLES[name].read.safeParse(text).success;
    const planted = [SECRET, `postgres://u:${SECRET}@host/db`];
    const telling = names.filter((name) =>
      planted.some((text) => isTaken(name, text) && JSON.stringify(shown(name, { [name]: text })).includes('hunter2')),
    );
    expect(telling).toEqual(['HOST', 'DATA_DIR', 'CHROMIUM_PATH']);
  });
});
