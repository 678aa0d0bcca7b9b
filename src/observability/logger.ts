import type { LoggerService } from '@nestjs/common';
import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import type { Config } from '#src/config/config';
import { createScrubber, redact } from './redaction.js';

export type { Logger } from 'pino';
export const LOGGER = Symbol('Logger');

/** JSON lines on stdout. What goes in is redacted by name, what comes out by the operator's own secrets. */
export function createLogger(
  config: Pick<Config, 'logLevel' | 'apiKeys' | 'databaseUrl'>,
  destination?: DestinationStream,
): Logger {
  const options = {
    level: config.logLevel,
    base: undefined,
    timestamp: stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (data: Record<string, unknown>) => redact(data) as Record<string, unknown>,
    },
    serializers: { err: (error: unknown) => redact(error) },
    hooks: { streamWrite: createScrubber(config) },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Nest speaks its own logger's words; its start-up chatter (routes, modules) is for debugging. */
export function createNestLogger(logger: Logger): LoggerService {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: readonly unknown[]): void => {
      const context = rest.findLast((part) => typeof part === 'string');
      if (message instanceof Error) logger[level]({ err: message, context }, message.message);
      else logger[level]({ context }, typeof message === 'string' ? message : JSON.stringify(message));
    };
  return {
    log: write('debug'),
    debug: write('debug'),
    verbose: write('debug'),
    warn: write('warn'),
    error: write('error'),
    fatal: write('fatal'),
  };
}
