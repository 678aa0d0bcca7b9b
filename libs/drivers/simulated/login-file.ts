import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoginStore, SimulatedLogin } from './ports.js';

const FILE = 'simulated-logins.json';
const VERSION = 1;

/**
 * The logins of simulated accounts as one JSON file in `folder`, replaced atomically: about 100 bytes an account, so
 * that 10,000 are read in some 10 ms. An unreadable file is a broken invariant and throws, naming itself.
 */
export function loginFile(folder: string): LoginStore {
  const path = join(folder, FILE);
  return {
    load: () => read(path),
    save: (logins) => replace(folder, path, logins),
  };
}

async function read(path: string): Promise<readonly SimulatedLogin[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return [];
  const content = JSON.parse(text) as { version: number; logins: readonly SimulatedLogin[] };
  if (content.version !== VERSION) throw new Error(`${path} has version ${content.version}, expected ${VERSION}`);
  return content.logins;
}

async function replace(folder: string, path: string, logins: readonly SimulatedLogin[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify({ version: VERSION, logins }));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
