import { thumbnailOf } from './contents.js';
import { Model } from './model.js';
import { define } from './registry.js';

/** What the page makes of a file before it is uploaded. Nothing is scaled or written anew: the bytes stay as they came. */
export class OpaqueData {
  #url = null;

  constructor(blob, mimetype) {
    this.type = mimetype;
    this.size = blob.size;
    Object.defineProperty(this, 'blob', { value: blob }); // not among what is copied about
  }

  static async createFromData(blob, mimetype) {
    return new OpaqueData(blob, mimetype);
  }

  url() {
    this.#url ??= URL.createObjectURL(this.blob);
    return this.#url;
  }
  formData() {
    return this.blob;
  }
  autorelease() {
    if (this.#url !== null) URL.revokeObjectURL(this.#url);
    this.#url = null;
  }
}

export async function fileHash(blob) {
  const hash = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return btoa(String.fromCharCode(...new Uint8Array(hash)));
}

function typeOf(mimetype, { asSticker, isPtt, asDocument }) {
  if (asDocument) return 'document';
  if (asSticker) return 'sticker';
  const [family] = mimetype.split('/');
  if (family === 'audio') return isPtt ? 'ptt' : 'audio';
  return family === 'image' || family === 'video' ? family : 'document';
}

async function prepare(opaque, params) {
  const type = typeOf(opaque.type, params);
  const data = {
    type,
    mimetype: opaque.type,
    size: opaque.size,
    filehash: await fileHash(opaque.blob),
    mediaBlob: opaque,
    isGif: Boolean(params.asGif),
    mediaStage: 'RESOLVED',
    preview: thumbnailOf(type),
    ...(type === 'document' ? { filename: opaque.blob.name } : {}),
  };
  return new Model(data);
}

class MediaObject extends Model {
  constructor(filehash) {
    super({ filehash, contentInfo: {} });
  }
  consolidate({ type, size, mimetype, mediaBlob }) {
    Object.assign(this, { type, size, mimetype, mediaBlob });
  }
}

async function toWebpSticker(file) {
  const picture = await createImageBitmap(file);
  const canvas = new OffscreenCanvas(512, 512);
  canvas.getContext('2d').drawImage(picture, 0, 0, 512, 512);
  return canvas.convertToBlob({ type: 'image/webp' });
}

define('WAWebMediaOpaqueData', OpaqueData);
define('WAWebPrepRawMedia', {
  prepRawMedia: (opaque, params) => ({ waitForPrep: () => prepare(opaque, params) }),
});
define('WAWebMediaStorage', { getOrCreateMediaObject: (filehash) => new MediaObject(filehash) });
define('WAWebMmsMediaTypes', { msgToMediaType: ({ type }) => type, castToV4: (type) => type });
define('WAWebMediaDataUtils', { shouldUseMediaCache: () => false });
define('WAWebMediaInMemoryBlobCache', { InMemoryMediaBlobCache: { put: () => {} } });
define('WAWebImageUtils', { toWebpSticker });
