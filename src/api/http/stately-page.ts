import type { FastifyInstance } from 'fastify';
import { STATELY_PATH } from '#libs/contracts/stream';

const SCRIPT = `${STATELY_PATH}/bridge.js`;
const STATELY = 'https://stately.ai';

/** The one page that shows somebody else’s: only that one, and only in its frame. */
export const STATELY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  `frame-src ${STATELY}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Holds no secret, and asks for nothing but the stream, which asks for the key. */
export const isStately = (route: string): boolean => route === STATELY_PATH || route === SCRIPT;

/**
 * Shows machines in Stately’s inspector: `/stately?accounts=<id>` frames its page and passes it what the stream tells of
 * these accounts (`format=stately`). It goes from this machine to that page within the browser; what that page does with it
 * is its own affair, which is why this is off until an operator switches it on.
 */
export function serveStately(instance: FastifyInstance): void {
  instance.get(STATELY_PATH, (_request, reply) =>
    reply.header('content-security-policy', STATELY_POLICY).type('text/html; charset=utf-8').send(PAGE),
  );
  instance.get(SCRIPT, (_request, reply) => reply.type('text/javascript; charset=utf-8').send(BRIDGE));
}

// Addresses are relative: a proxy may put Muster below any path.
const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Stately inspector · Muster</title>
    <script type="module" src="stately/bridge.js"></script>
  </head>
  <body>
    <iframe id="inspector" title="Stately inspector" src="${STATELY}/inspect"></iframe>
  </body>
</html>
`;

/** What came before the inspector is there waits for it; more than it would show is not kept. */
const BRIDGE = `const KEPT_MAX = 500;
const frame = document.getElementById('inspector');
Object.assign(document.body.style, { margin: '0' });
Object.assign(frame.style, { display: 'block', width: '100vw', height: '100vh', border: '0' });

let isThere = false;
const kept = [];
const pass = (message) => frame.contentWindow.postMessage(message, '${STATELY}');
addEventListener('message', ({ source, origin, data }) => {
  if (source !== frame.contentWindow || origin !== '${STATELY}' || data?.type !== '@statelyai.connected') return;
  isThere = true;
  kept.splice(0).forEach(pass);
});

const address = new URL('ws', location.href);
address.protocol = address.protocol.replace('http', 'ws');
address.search = new URLSearchParams({
  topics: 'inspection',
  format: 'stately',
  accounts: new URLSearchParams(location.search).get('accounts') ?? '',
});
const key = sessionStorage.getItem('muster.key');
const base64url = (text) =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const protocols = key === null ? ['muster'] : ['muster', 'key.' + base64url(key)];
const listen = () => {
  const line = new WebSocket(address, protocols);
  line.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (isThere) return pass(message);
    kept.push(message);
    if (kept.length > KEPT_MAX) kept.shift();
  };
  line.onclose = () => setTimeout(listen, 2000);
};
listen();
`;
