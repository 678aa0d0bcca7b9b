import type { Readable } from 'node:stream';
import { WEBHOOK_ANSWER_CHARS_MAX, WEBHOOK_ANSWER_MS_MAX } from '#libs/contracts/limits/news';
import {
  ATTEMPT_HEADER,
  DELIVERY_HEADER,
  EVENT_HEADER,
  EVENT_ID_HEADER,
  SIGNATURE_HEADER,
  type WebhookBody,
} from '#libs/contracts/webhook';
import type { ExchangeOutcome, Outbound } from '#src/outbound/outbound';
import { inTime } from '#src/outbound/time-limit';
import { readRetryAfter } from './retry.policy.js';
import { signatureOf } from './signature.js';

export interface Letter {
  readonly url: string;
  readonly secret: string;
  readonly body: WebhookBody;
  readonly deliveryId: string;
  /** From 1. */
  readonly attempt: number;
}
export interface Sent {
  /** Any 2xx. */
  readonly taken: boolean;
  /** Null: no answer. */
  readonly status: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  readonly retryAfterMs: number | null;
  /** Broken off by the caller's signal: the receiver may have taken it. */
  readonly interrupted: boolean;
}

export interface Sender {
  /** One signed POST. Whatever happens to it is a value. */
  send(letter: Letter, signal: AbortSignal): Promise<Sent>;
}

/** `answerMsMax` is there for tests. */
export function createSender(
  outbound: Pick<Outbound, 'exchange'>,
  clock: { now(): number },
  answerMsMax = WEBHOOK_ANSWER_MS_MAX,
): Sender {
  return {
    async send(letter, signal) {
      const began = performance.now();
      const body = JSON.stringify(letter.body);
      const said = await inTime(signal, answerMsMax, async (limit) => {
        const outcome = await outbound.exchange({
          method: 'POST',
          url: letter.url,
          headers: headersOf(letter, body, clock.now()),
          body,
          keepConnection: true,
          signal: limit,
        });
        return whatItSaid(outcome, clock.now());
      });
      const interrupted = signal.aborted && said.status === null;
      return { ...said, durationMs: Math.round(performance.now() - began), interrupted };
    },
  };
}

function headersOf({ secret, body, deliveryId, attempt }: Letter, text: string, now: number): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
    [SIGNATURE_HEADER]: signatureOf(text, secret, now),
    [EVENT_HEADER]: body.event,
    [EVENT_ID_HEADER]: body.id,
    [DELIVERY_HEADER]: deliveryId,
    [ATTEMPT_HEADER]: String(attempt),
  };
}

async function whatItSaid(
  outcome: ExchangeOutcome,
  now: number,
): Promise<Pick<Sent, 'taken' | 'status' | 'error' | 'retryAfterMs'>> {
  if (!outcome.ok) return { taken: false, status: null, error: outcome.detail, retryAfterMs: null };
  const { status, headers, body } = outcome;
  const text = await beginOf(body);
  const taken = status >= 200 && status < 300;
  return {
    taken,
    status,
    error: taken ? null : `It answered ${status}${text === '' ? '.' : `: ${text}`}`,
    retryAfterMs: taken ? null : readRetryAfter(headers['retry-after'], now),
  };
}

/** Read to its end, a connection can be used again; one with too long an answer, or a broken one, is not. */
async function beginOf(body: Readable): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      parts.push(part);
      bytes += part.length;
      if (bytes > ANSWER_BYTES_MAX) break; // which destroys it
    }
  } catch {
    // What counts is the status, and that is known.
  }
  // Postgres takes no NUL, and half a character may stand at the end.
  const text = Buffer.concat(parts).toString('utf8').replaceAll('\0', '\ufffd').trim();
  return [...text].slice(0, WEBHOOK_ANSWER_CHARS_MAX).join('');
}

/** A character takes up to four bytes. */
const ANSWER_BYTES_MAX = WEBHOOK_ANSWER_CHARS_MAX * 4;
