import { type FileHandle, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';

/** All that is done to the disk, step by step; a test stops between any two of them. */
export interface Disk {
  /** With those above it. Answers whether it was not there. */
  mkdir(path: string): Promise<boolean>;
  open(path: string, flags: 'r' | 'wx'): Promise<FileHandle>;
  rename(from: string, to: string): Promise<void>;
  /** What a folder lists is on the disk after this. */
  flush(folder: string): Promise<void>;
  /** Of a file or a whole folder; one that is not there is removed already. */
  remove(path: string): Promise<void>;
  /** Empty when it is not there. */
  list(folder: string): Promise<readonly string[]>;
  /** Milliseconds since 1970; null when it is not there. */
  changedAt(path: string): Promise<number | null>;
  touch(path: string, now: number): Promise<void>;
}

export const realDisk: Disk = {
  mkdir: async (path) => (await mkdir(path, { recursive: true, mode: 0o700 })) !== undefined,
  open: (path, flags) => open(path, flags, 0o600),
  rename,
  async flush(folder) {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  remove: (path) => rm(path, { recursive: true, force: true }),
  list: (folder) => readdir(folder).catch(ifGone([])),
  changedAt: (path) => stat(path).then(({ mtimeMs }) => mtimeMs, ifGone(null)),
  touch: (path, now) => utimes(path, now / 1_000, now / 1_000),
};

/** ENOTDIR: a stray file where a folder is expected. */
function ifGone<T>(instead: T): (error: unknown) => T {
  return (error) => {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return instead;
    throw error;
  };
}
