import { define } from './registry.js';

/** Fetches files of messages. The last ones stay in memory, so that whoever looks at a file first and reads it then fetches it once. */
const KEPT_MAX = 2;
const kept = new Map();

async function downloadAndMaybeDecrypt({ directPath, filehash, signal }) {
  const present = kept.get(directPath);
  if (present !== undefined) return present;
  const response = await fetch(directPath, { signal });
  if (!response.ok) {
    const name = response.status === 404 ? 'MediaNotFoundError' : 'HttpStatusCodeError';
    throw Object.assign(new Error(`media download: ${response.status}`), { name, status: response.status });
  }
  const bytes = await response.arrayBuffer();
  const hash = btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))));
  if (filehash !== undefined && hash !== filehash) throw new Error('media download: the file is not what it should be');
  kept.set(directPath, bytes);
  if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value);
  return bytes;
}

export const downloadManager = { downloadAndMaybeDecrypt };

define('WAWebDownloadManager', { downloadManager });
