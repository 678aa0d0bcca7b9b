import { parseInput } from '#libs/contracts/parse';
import { streamQuerySchema, type StreamTopic } from '#libs/contracts/stream';
import { MusterApiError } from './api-error.js';
import { EventStream } from './event-stream.js';
import { streamAddress, streamProtocols } from './stream-address.js';
import type { StreamSocketConstructor } from './stream-line.js';
import type { ClientOptions, Transport } from './transport.js';

export interface StreamOptions {
  /** Not given: all but `inspection`, which wants `accounts`. */
  readonly topics?: readonly StreamTopic[];
  /** Ids; not given: all accounts, and what belongs to none. */
  readonly accounts?: readonly string[];
  /** The cursor of an event: it begins with what came after. Not given: with what happens from now on. */
  readonly since?: string;
  /** Ends it without an error. */
  readonly signal?: AbortSignal;
  /** Frames that wait for a slow reader before the connection is dropped for a while. */
  readonly framesMax?: number;
}
export type OpenStream = (options?: StreamOptions) => EventStream;

export function createStreamOpener(client: ClientOptions, transport: Transport): OpenStream {
  return ({ signal, framesMax, ...question } = {}) => {
    const { topics, accounts, since } = question;
    const read = parseInput(streamQuerySchema, { topics: topics?.join(), accounts: accounts?.join(), since }, 'stream');
    if (!read.ok) throw new TypeError(read.faults.map(({ path, message }) => `${path}: ${message}`).join('; '));
    return new EventStream({
      WebSocket: client.WebSocket ?? globalWebSocket(),
      protocols: streamProtocols(client.apiKey),
      addressSince: (cursor) => streamAddress(client.baseUrl, { topics, accounts, since: cursor }),
      refusal: () => askForRefusal(transport),
      since,
      signal,
      framesMax,
    });
  };
}

function globalWebSocket(): StreamSocketConstructor {
  const { WebSocket } = globalThis as { readonly WebSocket?: StreamSocketConstructor };
  if (!WebSocket) throw new TypeError('there is no WebSocket here: give createClient that of the package ws');
  return WebSocket;
}

/** A call that changes nothing, needs no store, and asks for the key as the stream does. */
async function askForRefusal({ call }: Transport): Promise<Error | null> {
  try {
    await call('showRoot', {});
    return null;
  } catch (error) {
    // All else passes: a runtime that starts, a network that is away.
    return error instanceof MusterApiError && [401, 403].includes(error.problem.status) ? error : null;
  }
}
