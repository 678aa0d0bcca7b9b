import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a server says of itself. `other`: it is starting, or recovering. */
export interface PostgresPidFile {
  readonly pid: number;
  readonly port: number;
  readonly status: 'ready' | 'stopping' | 'other';
}

/**
 * Lines of postmaster.pid: pid, data folder, start, port, socket folder, address, memory key, status. Undefined: none runs,
 * or one did not write it yet.
 */
export async function readPidFile(data: string): Promise<PostgresPidFile | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  const said = lines[7]?.trim();
  const status = said === 'ready' || said === 'stopping' ? said : 'other';
  return { pid: Number(lines[0]), port: Number(lines[3]), status };
}
