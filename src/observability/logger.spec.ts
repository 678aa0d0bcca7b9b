import { describe, expect, it } from 'vitest';
import { createLogger, createNestLogger, type Logger } from './logger.js';

function capture(): { logger: Logger; lines: () => string } {
  const written: string[] = [];
  const config = {
    logLevel: 'trace',
    apiKeys: ['key-of-ops-"1"'],
    databaseUrl: 'postgres://muster:s%40crets@db/muster',
  } as const;
  const logger = createLogger(config, { write: (line) => void written.push(line) });
  return { logger, lines: () => written.join('') };
}

describe('the log', () => {
  it('never shows what stands under a secret name, however deep', () => {
    const { logger, lines } = capture();
    logger.info(
      { headers: { Authorization: 'Bearer x1', 'x-api-key': 'x2' }, qr: 'x3', deep: { list: [{ pairingCode: 'x4' }] } },
      'call',
    );
    logger.info({ message: { text: 'x5', to: '+380441234567' }, databaseUrl: 'x6', login: { session: 'x7' } }, 'more');
    expect(lines()).not.toMatch(/x[1-7]/);
    expect(lines()).toContain('+380441234567');
  });

  it('keeps the cause of an error and drops what a database hangs on it', () => {
    const { logger, lines } = capture();
    const cause = Object.assign(new Error('duplicate key'), {
      code: '23505',
      parameters: ['hello mother'],
      query: 'INSERT',
    });
    logger.error({ err: new Error('not stored', { cause }) }, 'failed');
    expect(lines()).toContain('duplicate key');
    expect(lines()).toContain('23505');
    expect(lines()).not.toMatch(/hello mother|INSERT/);
  });

  it('never shows the operator’s own secrets, whoever wrote them', () => {
    const { logger, lines } = capture();
    logger.warn({ url: 'postgres://muster:s%40crets@db' }, 'cannot reach it as s@crets with key-of-ops-"1"');
    expect(lines()).not.toMatch(/s%40crets|s@crets|key-of-ops/);
    expect(lines()).toContain('[redacted]');
  });

  it('writes one JSON object a line, with time and level', () => {
    const { logger, lines } = capture();
    createNestLogger(logger).error(new Error('boom'), 'trace', 'Router');
    expect(JSON.parse(lines())).toMatchObject({
      level: 'error',
      msg: 'boom',
      context: 'Router',
      time: expect.any(String) as string,
    });
  });
});
