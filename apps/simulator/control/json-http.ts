import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Answer, type Refusal } from './route.js';

/** JSON over HTTP on loopback: what the control API and the demo's own calls have in common. */

/** A file as base64 is the largest thing that comes in. */
const BODY_BYTES_MAX = 17_000_000;

export type Body =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: number; readonly code: string; readonly detail: string };

/** Nothing at all counts as `{}`. */
export async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX)
      return { ok: false, status: 413, code: 'too_large', detail: `at most ${BODY_BYTES_MAX} bytes` };
    chunks.push(chunk);
  }
  if (bytes === 0) return { ok: true, value: {} };
  try {
    return { ok: true, value: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch (error) {
    return { ok: false, status: 400, code: 'bad_json', detail: (error as Error).message };
  }
}

/** A refusal goes out as application/problem+json. */
export function writeAnswer(response: ServerResponse, answer: Answer): void {
  if ('refusal' in answer) {
    write(response, answer.refusal.status, problem(answer.refusal), 'application/problem+json');
  } else {
    write(response, answer.status, answer.body, 'application/json');
  }
}

function problem({ status, code, detail }: Refusal): object {
  return { type: 'about:blank', title: code.replaceAll('_', ' '), status, code, detail };
}

function write(response: ServerResponse, status: number, body: unknown, type: string): void {
  if (status === 204) return void response.writeHead(204).end();
  // Of a body that was too large the rest is not read, so the connection can't be used again.
  if (status === 413) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(JSON.stringify(body));
}
