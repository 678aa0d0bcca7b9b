import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '#libs/processes/process-identity';

/**
 * One small file for each running host, so that the start after a kill -9 knows whom to look for. Written
 * synchronously: a host that runs unrecorded, if only for a moment, could be forgotten.
 */
export function recordEngine(folder: string, { pid, startTime }: ProcessIdentity): () => void {
  const path = join(folder, `${pid}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, JSON.stringify({ pid, startTime }));
  return () => rmSync(path, { force: true });
}

/** An unreadable record (a full disk at the wrong moment) names no process and is passed over. */
export function recordedEngines(folder: string): readonly ProcessIdentity[] {
  return recordFiles(folder).flatMap((file) => {
    try {
      const { pid, startTime } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Partial<ProcessIdentity>;
      return typeof pid === 'number' && typeof startTime === 'string' ? [{ pid, startTime }] : [];
    } catch {
      return [];
    }
  });
}

export function forgetEngines(folder: string): void {
  for (const file of recordFiles(folder)) rmSync(join(folder, file), { force: true });
}

function recordFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+\.json$/.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
