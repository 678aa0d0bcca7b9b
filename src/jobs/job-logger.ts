import { Logger as JobLogger } from 'graphile-worker';
import type { Logger } from '#src/observability/logger';

/** graphile-worker's words in our log. That a job is done is its news, not ours. */
export const jobLogger = (log: Logger): JobLogger =>
  new JobLogger(() => (level, message, meta) => {
    const { error: err } = (meta ?? {}) as { readonly error?: unknown };
    log[LEVELS[level]](err === undefined ? {} : { err }, `jobs: ${firstLine(message)}`);
  });

const LEVELS = { error: 'error', warning: 'warn', info: 'debug', debug: 'trace' } as const;

/** The stack comes with the error. */
const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
