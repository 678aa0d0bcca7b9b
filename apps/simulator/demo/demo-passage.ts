import { type IncomingMessage, request, type RequestOptions, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream';

/** Where the runtime listens. */
export interface Inside {
  readonly host: string;
  readonly port: number;
}

/** Of one connection alone (RFC 9110, 7.6.1); all else is passed on as it came, in its order and spelling. */
const ABOUT_THE_CONNECTION: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'expect']);

/** A page is changed as a whole, so it must fit; the dashboard's has some hundred bytes. */
const PAGE_BYTES_MAX = 100_000;

export interface Passing {
  readonly inside: Inside;
  /** Given, it changes the text of a page on its way out. */
  readonly rewrite?: ((page: string) => string) | undefined;
  /** The runtime does not answer. */
  readonly refuse: () => void;
}

/**
 * Passes a request on to the runtime, and its answer back. Host and Origin stay as they are, so that the runtime judges its
 * callers as if they had come to itself. A connection for each call: on loopback that costs nothing, and none that was kept
 * can be closed by the other end just as it is used again.
 */
export function passOn(incoming: IncomingMessage, response: ServerResponse, passing: Passing): void {
  const { inside, rewrite, refuse } = passing;
  const outgoing = request({
    ...inside,
    method: incoming.method,
    path: incoming.url,
    agent: false,
    headers: kept(incoming.rawHeaders, rewrite ? isAboutKnownPage : isAboutConnection),
  } satisfies RequestOptions);
  outgoing.on('response', (answer) => {
    if (rewrite && isWholePage(answer)) void sendRewritten(answer, response, rewrite).catch(() => response.destroy());
    else sendAsItIs(answer, response);
  });
  outgoing.on('error', () => void (response.headersSent ? undefined : refuse()));
  response.once('close', () => outgoing.destroy());
  pipeline(incoming, outgoing, () => undefined); // a caller that leaves, and a runtime that answers early, end it
}

const isAboutConnection = (name: string): boolean => ABOUT_THE_CONNECTION.has(name);
/** What would bring a page that can't be changed: compressed, or not at all since the caller has it. */
const isAboutKnownPage = (name: string): boolean =>
  isAboutConnection(name) || name === 'accept-encoding' || name === 'if-none-match';
/** Of the page as it was before. */
const isAboutOldPage = (name: string): boolean =>
  isAboutAnswer(name) || name === 'content-length' || name === 'etag' || name === 'last-modified';
/** How this answer is cut into pieces is decided anew. */
const isAboutAnswer = (name: string): boolean => isAboutConnection(name) || name === 'transfer-encoding';

/** Names and values in turn, as Node has them. */
function kept(raw: readonly string[], isDropped: (name: string) => boolean): string[] {
  return raw.filter((_, i) => !isDropped(raw[i - (i % 2)]!.toLowerCase()));
}

function isWholePage({ statusCode, headers }: IncomingMessage): boolean {
  return statusCode === 200 && (headers['content-type'] ?? '').startsWith('text/html');
}

function sendAsItIs(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode!, answer.statusMessage, kept(answer.rawHeaders, isAboutAnswer));
  pipeline(answer, response, () => undefined); // what breaks off inside, breaks off outside
}

async function sendRewritten(
  answer: IncomingMessage,
  response: ServerResponse,
  rewrite: (page: string) => string,
): Promise<void> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > PAGE_BYTES_MAX) throw new Error(`a page of more than ${PAGE_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  const page = Buffer.from(rewrite(Buffer.concat(chunks).toString('utf8')));
  response.writeHead(200, [...kept(answer.rawHeaders, isAboutOldPage), 'content-length', String(page.length)]);
  response.end(page);
}

/**
 * The same for whoever asks for another protocol, which is the stream at /ws: from its first line on bytes go to and fro as
 * they are, so that refusals, pings, closing codes and broken lines arrive as the other end meant them.
 */
export function passUpgrade(incoming: IncomingMessage, socket: Socket, head: Buffer, inside: Inside): void {
  const line = connect(inside);
  const { method, url, httpVersion, rawHeaders } = incoming;
  const fields = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${rawHeaders[i + 1]}`] : []));
  line.write([`${method} ${url} HTTP/${httpVersion}`, ...fields, '', ''].join('\r\n'), 'latin1');
  line.write(head);
  pipeline(socket, line, () => undefined);
  pipeline(line, socket, () => undefined);
}
