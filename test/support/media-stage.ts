import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MEDIA_BYTES_MAX } from '#libs/contracts/limits/media';
import { type Disk, realDisk } from '#src/media/disk';
import { createMediaFetcher } from '#src/media/media-fetcher';
import { MediaFolder } from '#src/media/media-folder';
import type { MediaRows } from '#src/media/media-rows';
import { MediaStore } from '#src/media/media-store';
import { type Tidied, tidyMedia } from '#src/media/media-upkeep';
import { isPublicAddress } from '#src/outbound/address-class';
import { createOutbound } from '#src/outbound/outbound';

export interface MediaStage {
  readonly store: MediaStore;
  readonly folder: MediaFolder;
  /** Milliseconds since 1970, by its clock. */
  now: number;
  tidy(): Promise<Tidied>;
  close(): void;
}

export interface MediaStageOptions {
  readonly dir: string;
  readonly rows: MediaRows;
  readonly disk?: Disk;
  readonly bytesMax?: number;
  readonly diskFreeMbMin?: number;
  readonly fetchMsMax?: number;
  /** By default the true one. */
  readonly now?: number;
}

export const DAY_MS = 86_400_000;
export const RETENTION_DAYS = 30;

/** A store of files as a runtime has it. 127.0.0.1 counts as public, so that a test can be a site of the internet. */
export function openMediaStage(options: MediaStageOptions): MediaStage {
  const { dir, rows, disk = realDisk, bytesMax = MEDIA_BYTES_MAX, diskFreeMbMin = 0 } = options;
  const folder = new MediaFolder(dir, disk, { bytesMax, diskFreeMbMin });
  const mayReach = (address: string): boolean => address === '127.0.0.1' || isPublicAddress(address);
  const outbound = createOutbound(false, { mayReach });
  const fetcher = createMediaFetcher(outbound, options.fetchMsMax);
  const stage = { now: options.now ?? Date.now() };
  const store = new MediaStore({
    folder,
    rows,
    fetcher,
    retentionMs: RETENTION_DAYS * DAY_MS,
    now: () => stage.now,
  });
  return Object.assign(stage, {
    store,
    folder,
    tidy: () => tidyMedia({ folder, rows, disk }, stage.now, new AbortController().signal),
    close() {
      fetcher.close();
      outbound.close();
    },
  });
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'muster-media-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
