import { STREAM_KEY_PREFIX, STREAM_PATH, STREAM_SUBPROTOCOL } from '#libs/contracts/stream';
import { withoutSlash } from './transport.js';

export interface StreamQuestion {
  readonly topics?: readonly string[];
  readonly accounts?: readonly string[];
  readonly since?: string;
}

/** http becomes ws, and https wss. In a browser `baseUrl` may be empty or a path, as for fetch. */
export function streamAddress(baseUrl: string, { topics, accounts, since }: StreamQuestion): string {
  const { location } = globalThis as { readonly location?: { readonly href: string } };
  const url = new URL(`${withoutSlash(baseUrl)}${STREAM_PATH}`, location?.href);
  url.protocol = url.protocol.replace('http', 'ws');
  if (topics) url.searchParams.set('topics', topics.join());
  if (accounts) url.searchParams.set('accounts', accounts.join());
  if (since !== undefined) url.searchParams.set('since', since);
  return url.href;
}

/** Browsers can set no header on a WebSocket; the key travels as a subprotocol, in Node, too, so that there is one way. */
export function streamProtocols(apiKey: string | undefined): string[] {
  return apiKey === undefined ? [STREAM_SUBPROTOCOL] : [STREAM_SUBPROTOCOL, `${STREAM_KEY_PREFIX}${base64url(apiKey)}`];
}

function base64url(text: string): string {
  const binary = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
