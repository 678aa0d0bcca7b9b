import Fastify from 'fastify';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import type { MediaView } from '#libs/contracts/media';
import { sendMedia } from './media-download.js';

const BYTES = 64 * 1_048_576;
const media = { id: 'a', mimeType: 'text/plain', filename: null, bytes: BYTES, sha256: 'ab' } as MediaView;

it('is ended when nobody takes what is sent', async () => {
  const content = Readable.from(Array.from({ length: 64 }, () => Buffer.alloc(1_048_576)));
  const opened = { media, read: () => content, close: async () => undefined };
  const app = Fastify();
  app.get('/', async (request, reply) => {
    await sendMedia(request, reply, opened, 200);
    return reply;
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const socket = connect((app.server.address() as { port: number }).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(socket, 'readable'); // it begins, and nobody reads on
  await expect.poll(() => content.destroyed).toBe(true);
  socket.destroy();
  await app.close();
});
