import { MEDIA_BYTES_MAX } from '#libs/contracts/limits/media';

/** A file to upload. In Node, too, a stream such as `createReadStream(path)`: anything that can be gone through. */
export type FileContent = Uint8Array | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * A form's part must know its length before it is sent (browsers send no bodies without one over HTTP/1.1), so a stream is
 * gathered first: 64 MiB at most, and no byte above what the server takes.
 */
export async function blobOf(content: FileContent, mimeType: string | undefined): Promise<Blob> {
  if (content instanceof Blob) return mimeType === undefined ? content : content.slice(0, content.size, mimeType);
  const type = mimeType ?? 'application/octet-stream';
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-assertion -- Node’s Blob takes any, a browser’s does not
  if (content instanceof Uint8Array) return new Blob([content as Uint8Array<ArrayBuffer>], { type });
  return new Blob(await gather('getReader' in content ? chunksOf(content) : content), { type });
}

async function gather(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>[]> {
  const gathered: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > MEDIA_BYTES_MAX) throw new RangeError(`the file has more than ${MEDIA_BYTES_MAX} bytes`);
    gathered.push(chunk as Uint8Array<ArrayBuffer>);
  }
  return gathered;
}

/** Not every browser lets a stream be gone through by itself. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}
