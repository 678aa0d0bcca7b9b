import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { type Who } from '../faults/faults.js';
import { answerMedia, MEDIA_PATH } from '../media/media-site.js';
import { type SessionParts } from '../session/page-session.js';

/** The page's device, so that faults can strike before the page has said a word. Set by page/login.js. */
const DEVICE_COOKIE = /(?:^|;\s*)stand_in_device=([\w-]+)/;
const SCRIPTS = /\s*<script.*<\/script>/g;
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};
const folder = pageFolder();

/** The site behind the lines: its one document, the page's files, and the faults that strike a document. */
export async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  parts: SessionParts,
): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const who = whoAsks(request, parts);
  if (MEDIA_PATH.test(path)) return answerMedia(request, response, who, parts);
  if (path !== '/') return sendFile(response, path);
  const { faults } = parts;
  parts.journal.write({ kind: 'page.document', ...who });
  if (faults.strike('never_answers', who) !== undefined) return;
  if (faults.strike('connection_reset', who) !== undefined) return parts.network.reset(request.socket);
  if (faults.strike('http_500', who) !== undefined)
    return void response.writeHead(500, { 'content-type': 'text/plain' }).end('Internal Server Error');
  // Without its scripts the document loads, and nothing follows.
  const edit = faults.strike('never_boots', who) === undefined ? whole : withoutScripts;
  parts.timers.after(faults.slowBy('page', who), () => void sendFile(response, '/index.html', edit));
}

export function whoAsks(request: IncomingMessage, { devices }: SessionParts): Who {
  const device = DEVICE_COOKIE.exec(request.headers.cookie ?? '')?.[1];
  return { device, number: device === undefined ? undefined : devices.get(device)?.number };
}

const whole = (content: string): string => content;
const withoutScripts = (content: string): string => content.replace(SCRIPTS, '');

async function sendFile(response: ServerResponse, path: string, edit = whole): Promise<void> {
  const name = /^\/([\w-]+\.(html|js))$/.exec(path);
  const type = TYPES[name?.[2] ?? ''];
  const content = name?.[1] === undefined ? null : await readFile(folder + name[1], 'utf8').catch(() => null);
  if (content === null || type === undefined) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(edit(content));
}

/** The page's files are plain JavaScript and stay in the source tree; the built server finds them from dist. */
function pageFolder(): string {
  const beside = new URL('../page/', import.meta.url);
  return fileURLToPath(existsSync(beside) ? beside : new URL('../../../../apps/simulator/page/', import.meta.url));
}
