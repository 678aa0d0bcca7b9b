import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { diskObstacle } from '#src/observability/disk-space';
import type { Disk } from './disk.js';
import { type Measured, measureFile, writeContent, type WriteOutcome } from './file-content.js';

/**
 * The files, below one folder on one disk:
 *
 * - `ab/…ab`          a file under its id, whole: it came here by a rename, after it was flushed
 * - `tmp/{run}/`      being written. Of another run: its process is dead, and nobody will finish it
 * - `incoming/{run}/` where sessions write what they fetch, and which is adopted from there
 *
 * A folder by the *last* two characters of an id: the first ones of a UUIDv7 are its time, and change every 34 years.
 */
export class MediaFolder {
  /** Of this process, as no two have one data folder. */
  readonly run = randomUUID();

  constructor(
    readonly dir: string,
    private readonly disk: Disk,
    private readonly limits: { readonly bytesMax: number; readonly diskFreeMbMin: number },
  ) {}

  pathOf(id: string): string {
    return join(this.dir, shardOf(id), id);
  }

  /** Rejects while the disk is full: what would be fetched had no place. */
  async incomingPath(name: string): Promise<string> {
    const obstacle = this.obstacle();
    if (obstacle !== null) throw new Error(`the disk of DATA_DIR is full: ${obstacle}`);
    const folder = join(this.dir, 'incoming', this.run);
    await this.disk.mkdir(folder);
    return join(folder, name);
  }

  /** Why nothing may be written now; null when nothing stands in the way. */
  obstacle(): string | null {
    return diskObstacle(this.#onDisk(), this.limits.diskFreeMbMin)?.detail ?? null;
  }

  /** All of it, flushed, in a place of its own. What is refused or fails leaves nothing, and `content` is over. */
  async write(content: Readable): Promise<WriteOutcome> {
    const folder = join(this.dir, 'tmp', this.run);
    try {
      await this.disk.mkdir(folder);
      return await writeContent(this.disk, content, {
        path: join(folder, randomUUID()),
        bytesMax: this.limits.bytesMax,
        obstacle: () => this.obstacle(),
      });
    } finally {
      content.destroy();
    }
  }

  /** Of a file that is there already; null when it is not. Flushes it and makes it look new. */
  measure(path: string, now: number): Promise<Measured | null> {
    return measureFile(this.disk, path, now);
  }

  get bytesMax(): number {
    return this.limits.bytesMax;
  }

  /** It is under its id after this, also if the machine stops at once. */
  async place(path: string, id: string): Promise<void> {
    const folder = join(this.dir, shardOf(id));
    const made = await this.disk.mkdir(folder);
    await this.disk.rename(path, this.pathOf(id));
    await this.disk.flush(folder);
    if (made) await this.disk.flush(this.dir);
  }

  /** Null when it is not there: a hand from outside, since the row goes first. */
  open(id: string): Promise<FileHandle | null> {
    return this.disk.open(this.pathOf(id), 'r').catch(unlessGone(null));
  }

  has(id: string): Promise<boolean> {
    return this.disk.changedAt(this.pathOf(id)).then((at) => at !== null);
  }

  remove(id: string): Promise<void> {
    return this.disk.remove(this.pathOf(id));
  }

  removeAt(path: string): Promise<void> {
    return this.disk.remove(path);
  }

  /** The folder itself is there only after the first file. */
  #onDisk(): string {
    return join(this.dir, '..');
  }
}

export const shardOf = (id: string): string => id.slice(-2);

export const unlessGone =
  <T>(instead: T) =>
  (error: unknown): T => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return instead;
    throw error;
  };
