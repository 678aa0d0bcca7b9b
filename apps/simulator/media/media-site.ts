import { type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type Who } from '../faults/faults.js';
import { type SessionParts } from '../session/page-session.js';

/** The media server: a page hands a file in with POST /media and fetches one with GET /media/<token>, each on a connection of its own. */
export const MEDIA_PATH = /^\/media(\/[0-9a-f]{32})?$/;

export async function answerMedia(
  request: IncomingMessage,
  response: ServerResponse,
  who: Who,
  parts: SessionParts,
): Promise<void> {
  const device = who.device === undefined ? undefined : parts.devices.get(who.device);
  if (device === undefined || device.unlinked !== null) return void response.writeHead(401).end();
  if (request.method === 'POST') return takeFile(request, response, who, parts);
  return giveFile(request, response, who, parts);
}

async function takeFile(
  request: IncomingMessage,
  response: ServerResponse,
  who: Who,
  parts: SessionParts,
): Promise<void> {
  const { faults, journal, files, network, timers } = parts;
  const fails = faults.strike('upload_fails', who)?.how;
  if (fails === 'silent') return void request.resume();
  const failed = (detail: string): void => journal.write({ kind: 'media.upload_failed', ...who, detail });
  if (fails === 'refused') {
    failed('refused');
    request.resume(); // a browser hears the answer only when it has said all
    return void response.writeHead(507).end();
  }
  if (fails === 'broken') {
    failed('broken');
    // In the middle: the first bytes are here, the rest never comes.
    return void request.once('data', () => network.reset(request.socket));
  }
  const file = await files.store(request).catch((error: unknown) => failed(String(error)));
  if (file === undefined) return void response.destroy();
  journal.write({ kind: 'media.uploaded', ...who, sha256: file.sha256, bytes: file.bytes, detail: file.path });
  timers.after(faults.slowBy('upload', who), () => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ path: file.path }));
  });
}

function giveFile(request: IncomingMessage, response: ServerResponse, who: Who, parts: SessionParts): void {
  const { faults, journal, files, network, timers } = parts;
  const path = request.url ?? '';
  const fails = faults.strike('download_fails', who)?.how;
  if (fails === 'silent') return;
  const file = fails === 'gone' || fails === 'reuploading' ? undefined : files.get(path);
  if (file === undefined || fails === 'broken') {
    journal.write({ kind: 'media.download_failed', ...who, detail: `${path}: ${fails ?? 'unknown'}` });
    if (fails === 'broken') return network.reset(request.socket);
    return void response.writeHead(fails === 'reuploading' ? 410 : 404).end();
  }
  journal.write({ kind: 'media.downloaded', ...who, sha256: file.sha256, bytes: file.bytes, detail: path });
  timers.after(faults.slowBy('download', who), () => {
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': file.bytes });
    // A browser that leaves in the middle is nobody's concern here: its page has the error.
    pipeline(files.read(file), response).catch(() => response.destroy());
  });
}
