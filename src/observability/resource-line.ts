import { RESOURCE_LINE_EVERY_MS } from '#libs/contracts/limits';
import { countConnected, type CommittedStates } from './committed-states.js';
import type { Logger } from './logger.js';

export interface ResourceLineSources {
  readonly logger: Logger;
  readonly states: CommittedStates;
  /** Bytes of all browsers together; null where it can't be known. */
  readonly browsersBytes?: () => Promise<number | null>;
  readonly everyMs?: number;
}

/** Writes a line about this process each minute. Answers the function that ends it. */
export function startResourceLine(sources: ResourceLineSources): () => void {
  let writing = false;
  const timer = setInterval(() => {
    if (writing) return;
    writing = true;
    void writeLine(sources).finally(() => (writing = false));
  }, sources.everyMs ?? RESOURCE_LINE_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

export interface MemoryMb {
  readonly heapUsed: number;
  readonly heapTotal: number;
  readonly rss: number;
}

export function memoryMb(): MemoryMb {
  const { heapUsed, heapTotal, rss } = process.memoryUsage();
  return { heapUsed: toMb(heapUsed), heapTotal: toMb(heapTotal), rss: toMb(rss) };
}

/** Never rejects: a browser's memory that can't be read is unknown, and the line is written all the same. */
async function writeLine({ logger, states, browsersBytes }: ResourceLineSources): Promise<void> {
  const bytes = await Promise.resolve(browsersBytes?.() ?? null).catch(() => null);
  logger.info(
    {
      activeClients: countConnected(states),
      memoryMb: memoryMb(),
      browsersMb: bytes === null ? null : toMb(bytes),
      uptimeS: Math.round(process.uptime()),
    },
    'resources',
  );
}

function toMb(bytes: number): number {
  return Math.round((bytes / 1_048_576) * 10) / 10;
}
