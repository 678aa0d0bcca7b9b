import { v7 as newId } from 'uuid';
import { Readable } from 'node:stream';
import type { MediaFile } from '#libs/contracts/content';
import { readFilename, readMimeType } from '#libs/contracts/file-names';
import { MEDIA_HELD_MS_MIN } from '#libs/contracts/limits/media';
import type { MediaSource, MediaView } from '#libs/contracts/media';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import type { MediaFiles } from '#src/supervision/ports';
import { isFull, type Measured } from './file-content.js';
import type { MediaFolder } from './media-folder.js';
import type { FetchedMedia, MediaFetcher } from './media-fetcher.js';
import type { MediaRows } from './media-rows.js';

export interface MediaStoreParts {
  readonly folder: MediaFolder;
  readonly rows: MediaRows;
  readonly fetcher: MediaFetcher;
  readonly retentionMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface AboutMedia {
  readonly origin: MediaView['origin'];
  readonly mimeType: string;
  readonly filename: string | null;
}

export interface OpenMedia {
  readonly media: MediaView;
  read(first: number, last: number): Readable;
  close(): Promise<void>;
}

/**
 * Files with what is known of them. A file is whole and flushed before its row is written, and the row is gone before its
 * file: so a row always has its file, and what a crash leaves is a file without a row, which upkeep removes (MediaUpkeep).
 */
export class MediaStore implements MediaFiles {
  constructor(private readonly parts: MediaStoreParts) {}

  find(id: string): Promise<MediaView | null> {
    return this.parts.rows.find(id, this.parts.now());
  }

  async resolve(accountId: string, source: MediaSource): Promise<Outcome<MediaView>> {
    if ('id' in source) return this.#use(accountId, source.id, source.filename);
    if ('url' in source) return this.#fetch(accountId, source);
    const { base64, mimeType, filename = null } = source;
    return this.keep(accountId, Readable.from([Buffer.from(base64, 'base64')]), {
      origin: 'upload',
      mimeType,
      filename,
    });
  }

  /** Rejects with the content's own error when it fails. */
  async keep(accountId: string, content: Readable, about: AboutMedia): Promise<Outcome<MediaView>> {
    const obstacle = this.parts.folder.obstacle();
    if (obstacle !== null) {
      content.destroy();
      return refused('disk_full', `${obstacle}.`);
    }
    const written = await this.parts.folder.write(content);
    if (written.ok) return this.#enter(accountId, written.file, about);
    if (written.why === 'broken_off') throw written.cause;
    return refused(written.why);
  }

  async open(id: string): Promise<OpenMedia | null> {
    const media = await this.find(id);
    const handle = media && (await this.parts.folder.open(id));
    if (!media || !handle) return null;
    return {
      media,
      read: (first, last) => handle.createReadStream({ start: first, end: last }),
      close: () => handle.close(),
    };
  }

  async discard(id: string): Promise<void> {
    if (await this.parts.rows.removeUnused(id)) await this.parts.folder.remove(id);
  }

  async fileOf(mediaId: string): Promise<MediaFile | null> {
    const [media, there] = await Promise.all([this.parts.rows.findAny(mediaId), this.parts.folder.has(mediaId)]);
    if (media === null || !there) return null;
    const { mimeType, filename, bytes } = media;
    return { path: this.parts.folder.pathOf(mediaId), mimeType, filename, bytes };
  }

  incomingPath(messageId: string): Promise<string> {
    return this.parts.folder.incomingPath(messageId);
  }

  async adopt(accountId: string, path: string, about: Omit<AboutMedia, 'origin'>): Promise<Outcome<MediaView>> {
    const { folder, now } = this.parts;
    const file = await folder.measure(path, now());
    if (file === null) return refused('media_not_found');
    if (file.bytes <= folder.bytesMax) return this.#enter(accountId, file, { origin: 'received', ...readable(about) });
    await folder.removeAt(path);
    return refused('media_too_large');
  }

  /**
   * The row last. If the store goes away over it, the file stays: nobody knows whether there is a row now. Without one it
   * is removed after a day.
   */
  async #enter(accountId: string, file: Measured, about: AboutMedia): Promise<Outcome<MediaView>> {
    const { folder, rows, now, retentionMs } = this.parts;
    const id = newId();
    try {
      await folder.place(file.path, id);
    } catch (error) {
      await folder.removeAt(file.path);
      await folder.remove(id);
      if (isFull(error)) return refused('disk_full');
      throw error;
    }
    const { bytes, sha256 } = file;
    const createdAt = now();
    const media = await rows.insert({
      id,
      accountId,
      ...about,
      bytes,
      sha256,
      createdAt,
      expiresAt: createdAt + retentionMs,
    });
    if (media !== null) return accepted(media);
    await folder.remove(id);
    return refused('account_not_found');
  }

  async #use(accountId: string, id: string, filename: string | undefined): Promise<Outcome<MediaView>> {
    const { rows, folder, now } = this.parts;
    const media = await rows.use(accountId, id, now(), now() + MEDIA_HELD_MS_MIN);
    if (media === null || !(await folder.has(id))) return refused('media_not_found');
    return accepted(filename === undefined ? media : { ...media, filename });
  }

  async #fetch(accountId: string, source: Extract<MediaSource, { url: string }>): Promise<Outcome<MediaView>> {
    const { folder, fetcher } = this.parts;
    const obstacle = folder.obstacle();
    if (obstacle !== null) return refused('disk_full', `${obstacle}.`);
    return fetcher.fetch(source.url, async ({ content, mimeType, filename }: FetchedMedia) => {
      const written = await folder.write(content);
      if (!written.ok) return refused(written.why === 'broken_off' ? 'media_unreachable' : written.why);
      const about = { mimeType: source.mimeType ?? mimeType, filename: source.filename ?? filename };
      return this.#enter(accountId, written.file, { origin: 'url', ...about });
    });
  }
}

/** Name and type become headers of an answer one day, and whoever sent the file wrote them. */
const readable = ({ mimeType, filename }: Omit<AboutMedia, 'origin'>): Omit<AboutMedia, 'origin'> => ({
  mimeType: readMimeType(mimeType),
  filename: readFilename(filename ?? undefined),
});
