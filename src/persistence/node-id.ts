import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidV7, validate, version } from 'uuid';
import { writeDataDirFile } from './data-dir-file.js';

/**
 * The name under which this node owns accounts, a UUIDv7 kept in DATA_DIR/node-id, so that a restarted node takes its own
 * accounts over at once. Made at the first start. Call it under the DATA_DIR lock.
 */
export async function nodeIdOf(dataDir: string): Promise<string> {
  const path = join(dataDir, 'node-id');
  const kept = await readKept(path);
  if (kept === undefined) {
    const id = uuidV7();
    await writeDataDirFile(path, `${id}\n`);
    return id;
  }
  if (!validate(kept) || version(kept) !== 7) {
    throw new Error(`${path} holds no node id; restore it from a backup, or delete it to get a new one`);
  }
  return kept;
}

async function readKept(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
