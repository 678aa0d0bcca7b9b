import { execFileSync } from 'node:child_process';
import { open, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freeMbOn } from '#src/observability/disk-space';

/** A disk of its own that can be filled to the last byte, and emptied. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** To the last byte, or until so much is left. */
  fill(leaveMb?: number): Promise<void>;
  makeRoom(): Promise<void>;
}

const UNMOUNT_TRIES_MAX = 50;
const UNMOUNT_EVERY_MS = 100;

/** Null where a test may not mount: only root may, and not in every container. */
export async function mountSmallDisk(mb: number): Promise<SmallDisk | null> {
  const path = await mkdtemp(join(tmpdir(), 'muster-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mb}m,mode=755`, 'tmpfs', path], { stdio: 'pipe' });
  } catch {
    await rm(path, { recursive: true });
    return null;
  }
  const filler = join(path, 'filler');
  return {
    path,
    fill: (leaveMb = 0) => writeUntilFull(filler, path, leaveMb),
    makeRoom: () => rm(filler, { force: true }),
    async [Symbol.asyncDispose]() {
      await unmount(path);
      await rm(path, { recursive: true });
    },
  };
}

/** What worked on it may still be on its way out: the helpers of a browser go after it. */
async function unmount(path: string): Promise<void> {
  for (let tries = 1; ; tries += 1)
    try {
      return void execFileSync('umount', [path], { stdio: 'pipe' });
    } catch (error) {
      if (tries === UNMOUNT_TRIES_MAX) throw error;
      await delay(UNMOUNT_EVERY_MS);
    }
}

async function writeUntilFull(path: string, disk: string, leaveMb: number): Promise<void> {
  const file = await open(path, 'a');
  try {
    // The last bytes matter: with a block left, a small file still fits.
    for (const size of [1_048_576, 4_096, 1]) {
      const block = Buffer.alloc(size);
      for (let written = size; written === size && freeMbOn(disk) >= leaveMb; ) written = await write(block);
    }
  } finally {
    await file.close();
  }

  async function write(block: Buffer): Promise<number> {
    try {
      return (await file.write(block)).bytesWritten;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return 0;
      throw error;
    }
  }
}
