import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { MEDIA_REDIRECTS_MAX } from '#libs/contracts/limits/media';
import { isPublicAddress } from './address-class.js';
import { createOutbound, type ExchangeOutcome, type Outbound } from './outbound.js';
import type { TargetRules } from './target.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server of the public internet: 127.0.0.1, which the rules below take for public. */
async function serve(answer: RequestListener): Promise<{ url: string; port: number; connections: Set<Socket> }> {
  const server: Server = createServer(answer);
  const connections = new Set<Socket>();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, port, connections };
}

function outboundWith(given: Partial<TargetRules> = {}): Outbound {
  const mayReach = (address: string): boolean => address === '127.0.0.1' || isPublicAddress(address);
  const outbound = createOutbound(false, { mayReach, ...given });
  closers.push(() => outbound.close());
  return outbound;
}
const soon = (ms = 5_000): AbortSignal => AbortSignal.timeout(ms);
const whyOf = (outcome: ExchangeOutcome): string => (outcome.ok ? String(outcome.status) : outcome.why);

describe('the way to a stranger’s URL', () => {
  it('brings status, headers and body', async () => {
    const { url } = await serve((_request, response) => response.writeHead(201, { 'x-say': 'hi' }).end('hello'));
    const outcome = await outboundWith().fetch(url, soon());
    if (!outcome.ok) throw new Error(outcome.detail);
    expect([outcome.status, outcome.headers['x-say'], await text(outcome.body)]).toEqual([201, 'hi', 'hello']);
  });

  it('leads to the address that was checked, whatever the name server says next', async () => {
    const { port } = await serve((_request, response) => response.end('the one that was checked'));
    const answers = ['127.0.0.1', '127.0.0.2', '127.0.0.2'];
    let asked = 0;
    const findAddresses = async () => [{ address: answers[asked++] ?? '', family: 4 as const }];
    const outcome = await outboundWith({ findAddresses }).fetch(`http://rebinding.test:${port}/`, soon());
    if (!outcome.ok) throw new Error(outcome.detail);
    expect(await text(outcome.body)).toBe('the one that was checked');
    expect(asked).toBe(1);
  });

  it('is not taken to a private address by default', async () => {
    const { url } = await serve((_request, response) => response.end());
    expect(whyOf(await createOutbound(false).fetch(url, soon()))).toBe('forbidden');
    expect(whyOf(await createOutbound(false).fetch('http://localhost:1/', soon()))).toBe('forbidden');
    expect(whyOf(await createOutbound(true).fetch(url, soon()))).toBe('200');
  });

  it('tells a name that nobody knows, and a server that is not there', async () => {
    const outbound = outboundWith({ findAddresses: async () => [] });
    expect(await outbound.fetch('http://nobody.test/', soon())).toMatchObject({ ok: false, why: 'unreachable' });
    expect(await outbound.fetch('http://127.0.0.1:1/', soon())).toMatchObject({ ok: false, why: 'unreachable' });
  });

  it('keeps a connection only when it is asked to', async () => {
    const { url, connections } = await serve((_request, response) => response.end('x'));
    const outbound = outboundWith();
    const post = async (keepConnection: boolean): Promise<void> => {
      const outcome = await outbound.exchange({ method: 'POST', url, body: 'x', keepConnection, signal: soon() });
      if (outcome.ok) await text(outcome.body);
    };
    await post(true);
    await post(true);
    expect(connections.size).toBe(1);
  });
});

describe('a redirect', () => {
  const redirecting = (to: (n: number) => string) => {
    let redirects = 0;
    return serve((_request, response) => response.writeHead(302, { location: to((redirects += 1)) }).end());
  };

  it('is followed, also when it is relative', async () => {
    const { url } = await serve(({ url: path }, response) =>
      path === '/' ? response.writeHead(301, { location: '/there' }).end() : response.end(`at ${path}`),
    );
    const outcome = await outboundWith().fetch(url, soon());
    if (!outcome.ok) throw new Error(outcome.detail);
    expect(await text(outcome.body)).toBe('at /there');
  });

  it.each([
    ['http://127.0.0.2/', 'forbidden'],
    ['http://localhost/', 'forbidden'],
    ['http://[::ffff:7f00:2]/', 'forbidden'],
    ['http://169.254.169.254/latest/', 'forbidden'],
    ['file:///etc/passwd', 'unusable'],
    ['http://me:secret@127.0.0.1/', 'unusable'],
    ['http://[', 'unusable'],
  ])('to %s is %s', async (to, why) => {
    const { url } = await redirecting(() => to);
    expect(whyOf(await outboundWith().fetch(url, soon()))).toBe(why);
  });

  it('is followed so many times and no more', async () => {
    let asked = 0;
    const { url } = await redirecting((n) => {
      asked = n;
      return `/${n}`;
    });
    expect(whyOf(await outboundWith().fetch(url, soon()))).toBe('unreachable');
    expect(asked).toBe(MEDIA_REDIRECTS_MAX + 1);
  });

  it('is an answer like others to whoever posts', async () => {
    const { url } = await redirecting(() => 'http://127.0.0.2/');
    expect(whyOf(await outboundWith().exchange({ method: 'POST', url, signal: soon() }))).toBe('302');
  });
});

describe('a server that means harm', () => {
  it('is left when it never answers', async () => {
    const { url, connections } = await serve(() => undefined);
    expect(whyOf(await outboundWith().fetch(url, soon(200)))).toBe('late');
    await expect.poll(() => connections.size).toBe(0);
  });

  it('is left when its body drips for ever', async () => {
    const { url, connections } = await serve((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(drip));
    });
    const over = new AbortController();
    const outcome = await outboundWith().fetch(url, over.signal);
    if (!outcome.ok) throw new Error(outcome.detail);
    await once(outcome.body, 'readable');
    over.abort(); // its time is over while the body drips
    await expect(text(outcome.body)).rejects.toThrow();
    await expect.poll(() => connections.size).toBe(0);
  });

  it('is left by whoever has read enough of an endless body', async () => {
    const { url, connections } = await serve((_request, response) => {
      const block = Buffer.alloc(65_536);
      const pour = (): void => {
        while (response.writable && response.write(block));
      };
      response.on('drain', pour);
      pour();
    });
    const outcome = await outboundWith().fetch(url, soon());
    if (!outcome.ok) throw new Error(outcome.detail);
    let read = 0;
    for await (const chunk of outcome.body) if ((read += (chunk as Buffer).length) > 1_000_000) break;
    await expect.poll(() => connections.size).toBe(0);
  });

  it('can’t make a small answer grow before it is read', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const { url, connections } = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    const outcome = await outboundWith().fetch(url, soon());
    if (!outcome.ok) throw new Error(outcome.detail);
    let read = 0;
    for await (const chunk of outcome.body) if ((read += (chunk as Buffer).length) > 100_000) break;
    expect(read).toBeLessThan(1_000_000);
    await expect.poll(() => connections.size).toBe(0);
  });

  it('is not understood when it encodes in ways of its own, or breaks off', async () => {
    const odd = await serve((_request, response) => response.writeHead(200, { 'content-encoding': 'lzma' }).end('x'));
    expect(whyOf(await outboundWith().fetch(odd.url, soon()))).toBe('unreachable');
    const torn = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100', 'content-encoding': 'gzip' });
      response.write(gzipSync('x'), () => response.destroy());
    });
    const outcome = await outboundWith().fetch(torn.url, soon());
    if (!outcome.ok) throw new Error(outcome.detail);
    await expect(text(outcome.body)).rejects.toThrow();
  });

  it('is not listened to when its headers have no end', async () => {
    const { url } = await serve((_request, response) =>
      response
        .writeHead(200, Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`x-${i}`, 'y'.repeat(1_000)])))
        .end(),
    );
    expect(whyOf(await outboundWith().fetch(url, soon()))).toBe('unreachable');
  });
});
