import { readdir, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { DriverLog } from '../driver-log.js';
import { textOf } from '../launch-failure.js';
import { lookAtLog } from './leveldb-log.js';
import type { Profile } from './profile.js';

/** IndexedDB begins a new log at 4 MB. What is far larger was not written by it, and is not read here. */
const LOG_BYTES_MAX = 64 * 1_048_576;

/**
 * Cuts off what a full disk left half written in the stores of a login. Under our lock on the profile, while no browser
 * runs. What can't be looked at now is for the browser to find out.
 *
 * Of IndexedDB everything goes from the first record on that is not whole: Chromium would delete all of it. Of the local
 * storage, of which it skips what is damaged, only an unfinished end.
 */
export async function repairStores({ path, name }: Pick<Profile, 'path' | 'name'>, log: DriverLog): Promise<void> {
  try {
    const cut = await cutHalfWritten(join(path, 'Default'));
    if (cut.length > 0) log.warn({ profile: name, cut }, 'what a full disk left half written was cut off');
  } catch (error) {
    log.warn({ profile: name, detail: textOf(error) }, 'the stores of the login could not be looked at');
  }
}

interface CutLog {
  readonly file: string;
  readonly bytesCut: number;
}

async function cutHalfWritten(folder: string): Promise<readonly CutLog[]> {
  const stores = (await namesIn(join(folder, 'IndexedDB'))).filter((name) => name.endsWith('.leveldb'));
  const cut = await Promise.all([
    cutIn(join(folder, 'Local Storage', 'leveldb'), { alsoInside: false }),
    ...stores.map((name) => cutIn(join(folder, 'IndexedDB', name), { alsoInside: true })),
  ]);
  return cut.flat();
}

async function cutIn(store: string, { alsoInside }: { readonly alsoInside: boolean }): Promise<readonly CutLog[]> {
  const cut: CutLog[] = [];
  for (const name of (await namesIn(store)).filter((each) => /^\d+\.log$/.test(each))) {
    const file = join(store, name);
    if ((await stat(file)).size > LOG_BYTES_MAX) continue;
    const log = await readFile(file);
    const { wholeBytes, isTail } = lookAtLog(log);
    if (wholeBytes === log.length || !(isTail || alsoInside)) continue;
    await truncate(file, wholeBytes);
    cut.push({ file, bytesCut: log.length - wholeBytes });
  }
  return cut;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
