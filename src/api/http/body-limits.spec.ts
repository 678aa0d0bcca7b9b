import Fastify, { type FastifyInstance } from 'fastify';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BODY_BYTES_MAX, LARGE_BODIES_MAX } from '#libs/contracts/limits/calls';
import { limitBodies, timeBodies } from './body-limits.js';

const FILE_CALL = '/api/v1/accounts/1/messages';
let app: FastifyInstance;
let sockets: Socket[];
beforeEach(async () => {
  sockets = [];
  app = Fastify();
  timeBodies(app, { readMsMax: 150, unreadMsMax: 100 });
  app.addHook('onRequest', async (request, reply) =>
    request.headers['x-stranger'] ? reply.code(401).send('') : undefined,
  );
  limitBodies(app);
  app.post('/small', () => 'ok');
  app.post('/api/v1/accounts/:id/messages', () => 'ok');
  await app.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  return app.close();
});

async function begin(path: string, length: number, sent = '', header = ''): Promise<Socket> {
  const socket = connect((app.server.address() as { port: number }).port, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n${header}\r\n${sent}`,
  );
  return socket;
}
const firstLine = async (socket: Socket): Promise<string> =>
  String(await once(socket, 'data')).split('\r\n', 1)[0] ?? '';

describe('a body', () => {
  it('that does not come in time is told so, and its connection is closed', async () => {
    const answer = await text(await begin('/small', 100, '{"a":'));
    expect(answer).toMatch(/^HTTP\/1\.1 408/);
    expect(answer).toContain('"code":"request_timeout"');
  });

  it('that comes in pieces, in time, is read', async () => {
    const socket = await begin('/small', 2, '{');
    socket.write('}');
    expect(await firstLine(socket)).toBe('HTTP/1.1 200 OK');
  });

  it('with a file has more time, and more room', async () => {
    const slow = await begin(FILE_CALL, 2, '{');
    expect(await text(await begin('/small', 2, '{'))).toMatch(/^HTTP\/1\.1 408/);
    slow.write('}'); // later than any other body might
    expect(await firstLine(slow)).toBe('HTTP/1.1 200 OK');
    const payload = JSON.stringify('x'.repeat(BODY_BYTES_MAX));
    const headers = { 'content-type': 'application/json' };
    const statusOf = async (url: string) => (await app.inject({ method: 'POST', url, payload, headers })).statusCode;
    expect([await statusOf('/small'), await statusOf(FILE_CALL)]).toEqual([413, 200]);
  });

  it('that was refused is not listened to for long', async () => {
    const socket = await begin(FILE_CALL, 1e9, '"', 'x-stranger: yes\r\n');
    expect(await firstLine(socket)).toBe('HTTP/1.1 401 Unauthorized');
    const pouring = setInterval(() => socket.write('more'), 10);
    // Cut off in the middle of a write, it may say ECONNRESET first, at which `once` would reject.
    await new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve));
    clearInterval(pouring);
  });

  it('that is large is one of a few at a time', async () => {
    for (let i = 0; i < LARGE_BODIES_MAX; i += 1) await begin(FILE_CALL, BODY_BYTES_MAX + 1, '"');
    const asked = async (length: number): Promise<string> =>
      firstLine(await begin(FILE_CALL, length, '"'.padEnd(length - 1) + '"'));
    await expect.poll(() => asked(BODY_BYTES_MAX + 1)).toBe('HTTP/1.1 429 Too Many Requests');
    expect(await asked(100)).toBe('HTTP/1.1 200 OK');
    for (const socket of sockets.splice(0)) socket.destroy();
    await expect.poll(() => asked(BODY_BYTES_MAX + 1)).toBe('HTTP/1.1 200 OK');
  });
});
