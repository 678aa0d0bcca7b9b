import { Inject, Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import type { MediaView, UploadMedia } from '#libs/contracts/media';
import { accepted, type Outcome, refused } from '#libs/contracts/refusals';
import { ACCOUNT_STORE, type AccountStore, MEDIA_STORE, type MediaStore, type OpenMedia } from './stores.js';

/** Files for messages, and those that came with messages. */
@Injectable()
export class MediaService {
  constructor(
    @Inject(ACCOUNT_STORE) private readonly accounts: AccountStore,
    @Inject(MEDIA_STORE) private readonly media: MediaStore,
  ) {}

  /** What comes in the call, or is fetched by us. Nothing is fetched for an account that is not there. */
  async add(accountId: string, source: UploadMedia): Promise<Outcome<MediaView>> {
    if ((await this.accounts.find(accountId)) === null) return refused('account_not_found');
    return this.media.resolve(accountId, source);
  }

  /** Destroys `content` unless it was read to its end. Rejects with its error. */
  async upload(
    accountId: string,
    content: Readable,
    mimeType: string,
    filename: string | null,
  ): Promise<Outcome<MediaView>> {
    try {
      if ((await this.accounts.find(accountId)) === null) return refused('account_not_found');
      return await this.media.keep(accountId, content, { origin: 'upload', mimeType, filename });
    } finally {
      content.destroy();
    }
  }

  async show(id: string): Promise<Outcome<MediaView>> {
    const media = await this.media.find(id);
    return media === null ? refused('media_not_found') : accepted(media);
  }

  /** The caller closes it. */
  async open(id: string): Promise<Outcome<OpenMedia>> {
    const opened = await this.media.open(id);
    return opened === null ? refused('media_not_found') : accepted(opened);
  }
}
