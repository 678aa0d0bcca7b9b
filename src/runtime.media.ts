import { join } from 'node:path';
import { MEDIA_BYTES_MAX } from '#libs/contracts/limits/media';
import { timely } from '#src/application/timely-store';
import type { Config } from '#src/config/config';
import { realDisk } from '#src/media/disk';
import { createMediaFetcher } from '#src/media/media-fetcher';
import { MediaFolder } from '#src/media/media-folder';
import { MediaKeeper } from '#src/media/media-keeper';
import type { MediaRows } from '#src/media/media-rows';
import { MediaStore } from '#src/media/media-store';
import { createOutbound } from '#src/outbound/outbound';
import type { MediaRepository } from '#src/persistence/media.repository';

const DAY_MS = 86_400_000;

/** Files of messages, and the way out to URLs that others choose. */
export function assembleMedia(config: Config, rows: MediaRepository) {
  const outbound = createOutbound(config.allowPrivateTargets);
  const { diskFreeMbMin } = config;
  const folder = new MediaFolder(join(config.dataDir, 'media'), realDisk, { bytesMax: MEDIA_BYTES_MAX, diskFreeMbMin });
  const fetcher = createMediaFetcher(outbound, config.mediaFetchMsMax);
  const retentionMs = config.mediaRetentionDays * DAY_MS;
  const media = new MediaStore({ folder, rows: timely<MediaRows>(rows), fetcher, retentionMs, now: Date.now });
  const mediaKeeper = new MediaKeeper({ folder, rows, disk: realDisk });
  const closeMedia = (): void => {
    fetcher.close();
    mediaKeeper.close();
  };
  return { outbound, media, mediaKeeper, closeMedia };
}
