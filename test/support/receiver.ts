import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ATTEMPT_HEADER, EVENT_ID_HEADER, type WebhookBody } from '#libs/contracts/webhook';

/** One request as it came. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly raw: string;
  readonly body: WebhookBody;
  readonly eventId: string;
  readonly attempt: number;
  /** What it was answered. */
  readonly status: number;
}
/** A status; null: the connection is cut without an answer. */
export type Answer = (
  request: Omit<Received, 'status'>,
  response: ServerResponse,
) => Promise<number | null> | number | null;

/** Somebody's server that is told of events. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  /** All requests that were answered, in the order of their answers. */
  readonly received: readonly Received[];
  /** Requests that have come, answered or not. */
  readonly asked: number;
  /** Those that were answered with a 2xx. */
  readonly taken: readonly Received[];
  answer: Answer;
}

export async function startReceiver(answer: Answer = () => 204): Promise<Receiver> {
  const received: Received[] = [];
  let asked = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const raw = await text(request);
      const body = JSON.parse(raw) as WebhookBody;
      const { headers } = request;
      const came = {
        headers,
        raw,
        body,
        eventId: String(headers[EVENT_ID_HEADER]),
        attempt: Number(headers[ATTEMPT_HEADER]),
      };
      asked += 1;
      const status = await receiver.answer(came, response);
      if (status === null) {
        request.socket.destroy();
        return;
      }
      received.push({ ...came, status });
      if (!response.writableEnded) response.writeHead(status).end();
    })().catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    get asked() {
      return asked;
    },
    get taken() {
      return received.filter(({ status }) => status >= 200 && status < 300);
    },
    answer,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}
