import { RESOURCE_LINE_EVERY_MS } from '#libs/contracts/limits/runtime';
import { browsersBytes, type BrowserFigures } from './browser-figures.js';
import { countConnected, type CommittedStates } from './committed-states.js';
import type { Logger } from './logger.js';

export interface ResourceLineSources {
  readonly logger: Logger;
  readonly states: CommittedStates;
  readonly browsers: BrowserFigures;
  readonly everyMs?: number;
}

/** Writes a line about this process each minute. Answers the function that ends it. */
export function startResourceLine(sources: ResourceLineSources): () => void {
  const timer = setInterval(() => writeLine(sources), sources.everyMs ?? RESOURCE_LINE_EVERY_MS);
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

function writeLine({ logger, states, browsers }: ResourceLineSources): void {
  logger.info(
    {
      activeClients: countConnected(states),
      memoryMb: memoryMb(),
      browsersMb: browsers.last && toMb(browsersBytes(browsers.last)), // null where the system doesn't tell
      uptimeS: Math.round(process.uptime()),
    },
    'resources',
  );
}

function toMb(bytes: number): number {
  return Math.round((bytes / 1_048_576) * 10) / 10;
}
