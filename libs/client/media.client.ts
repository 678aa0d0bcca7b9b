import { UPLOAD_READ_MS_MAX } from '#libs/contracts/limits/calls';
import type { MediaView, UploadMedia } from '#libs/contracts/media';
import { apiErrorOf } from './api-error.js';
import { blobOf, type FileContent } from './file-content.js';
import type { Transport } from './transport.js';
import { headersOf, type UnderLease } from './under-lease.js';

/** Bytes counted from 0; both ends belong to it. Without `last`: to the end. */
export interface ByteRange {
  readonly first: number;
  readonly last?: number;
}
export interface DownloadOptions {
  readonly range?: ByteRange;
  readonly signal?: AbortSignal;
}

export interface MediaDownload {
  /** Read it to its end, or cancel it: until then it holds a connection. */
  readonly stream: ReadableStream<Uint8Array>;
  readonly mimeType: string;
  /** Of the whole file. */
  readonly bytes: number;
  /** What of it `stream` gives. */
  readonly first: number;
  readonly last: number;
}

interface Described extends UnderLease {
  readonly mimeType?: string;
  readonly filename?: string;
}

export interface MediaClient {
  /**
   * Stores a file for messages of this account: bytes or a stream, sent as multipart; `{ base64, mimeType }`; or
   * `{ url }`, which Muster fetches. Of a `File`, type and name are its own unless they are given.
   */
  upload(accountId: string, file: FileContent | UploadMedia, described?: Described): Promise<MediaView>;
  describe(id: string): Promise<MediaView>;
  download(id: string, options?: DownloadOptions): Promise<Uint8Array>;
  stream(id: string, options?: DownloadOptions): Promise<MediaDownload>;
}

export function createMediaClient(transport: Transport): MediaClient {
  const open = (id: string, options: DownloadOptions = {}) => openContent(transport, id, options);
  return {
    upload: async (id, file, described = {}) =>
      transport.read('uploadMedia', await sendFile(transport, id, file, described)),
    describe: (id) => transport.call('showMedia', { params: { id } }),
    download: async (id, options) => new Uint8Array(await (await open(id, options)).arrayBuffer()),
    stream: async (id, options) => downloadOf(await open(id, options)),
  };
}

async function sendFile(
  { fetch }: Transport,
  id: string,
  file: FileContent | UploadMedia,
  { mimeType, filename, fence }: Described,
): Promise<Response> {
  const asked = { params: { id }, headers: headersOf({ fence }) };
  const patience = { msMin: UPLOAD_READ_MS_MAX };
  if ('base64' in file || 'url' in file) {
    const body = { ...file, ...(mimeType && { mimeType }), ...(filename && { filename }) };
    return fetch('uploadMedia', { ...asked, body }, patience);
  }
  const form = new FormData();
  const ownName = 'name' in file && typeof file.name === 'string' ? file.name : '';
  // Without a name a form calls it "blob"; an empty one is none.
  form.append('file', await blobOf(file, mimeType), filename ?? ownName);
  return fetch('uploadMedia', asked, { ...patience, form });
}

async function openContent({ fetch }: Transport, id: string, options: DownloadOptions): Promise<Response> {
  const { range, signal } = options;
  const headers: Record<string, string> = { accept: '*/*' };
  if (range) headers['range'] = `bytes=${range.first}-${range.last ?? ''}`;
  const response = await fetch('downloadMedia', { params: { id } }, { headers, signal, msMin: UPLOAD_READ_MS_MAX });
  if (!response.ok) throw await apiErrorOf(response);
  return response;
}

function downloadOf(response: Response): MediaDownload {
  const { headers } = response;
  const length = Number(headers.get('content-length') ?? 0);
  const [, first, last, bytes] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
  return {
    stream: response.body ?? new Blob([]).stream(),
    mimeType: headers.get('content-type') ?? 'application/octet-stream',
    bytes: Number(bytes ?? length),
    first: Number(first ?? 0),
    last: Number(last ?? length - 1),
  };
}
