import { fileHash } from './media-prep.js';
import { define } from './registry.js';

/** Hands a file to the media server, on a connection of its own. There is no cryptography: the key is only carried along. */
async function upload(blob, signal, mediaKey = randomKey()) {
  const response = await fetch('/media', { method: 'POST', body: blob, signal });
  if (!response.ok) throw Object.assign(new Error(`media upload: ${response.status}`), { status: response.status });
  const { path } = await response.json();
  return { path, mediaKey, encFilehash: await fileHash(new Blob([path])), stamp: Math.floor(Date.now() / 1_000) };
}

async function uploadMedia({ mediaObject }) {
  const { path, mediaKey, encFilehash, stamp } = await upload(mediaObject.mediaBlob.blob);
  mediaObject.mediaBlob = undefined;
  const url = location.origin + path;
  return {
    mediaEntry: {
      mmsUrl: url,
      deprecatedMms3Url: url,
      directPath: path,
      mediaKey,
      mediaKeyTimestamp: stamp,
      encFilehash,
      uploadHash: encFilehash,
    },
  };
}

async function encryptAndUpload({ blob, signal, mediaKey: key }) {
  const { path, mediaKey, encFilehash, stamp } = await upload(blob, signal, key);
  return { url: location.origin + path, directPath: path, mediaKey, encFilehash, mediaKeyTimestamp: stamp };
}

function randomKey() {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
}

define('WAWebMediaMmsV4Upload', { uploadMedia, uploadUnencryptedMedia: uploadMedia });
define('WAWebUploadManager', { encryptAndUpload });
define('WAWebStartMediaUploadQpl', { startMediaUploadQpl: () => ({}) });
