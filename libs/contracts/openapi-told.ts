import type { Tag } from './operation.js';
import { describeShape, type Json, propertiesOf } from './openapi-shapes.js';
import { LOGGED_EVENT_NAMES } from './event-log.js';
import { problemSchema } from './problem.js';
import { STREAM_CLOSES, STREAM_PATH, STREAM_SUBPROTOCOL, streamFrameSchema, streamQuerySchema } from './stream.js';
import {
  ATTEMPT_HEADER,
  DELIVERY_HEADER,
  EVENT_HEADER,
  EVENT_ID_HEADER,
  SIGNATURE_HEADER,
  webhookBodySchema,
} from './webhook.js';

/** What the tags of the table stand for. */
export const TAGS: Readonly<Record<Tag, string>> = {
  accounts: 'Accounts, and what they are commanded to do.',
  pairing: 'How a phone takes an account in.',
  messages: 'Sent and received messages of every kind.',
  outbox: 'What waits to be sent, at which pace.',
  media: 'Files of messages: uploaded, fetched, received.',
  chats: 'Chats, contacts and groups, asked of the connected session at the moment of the call.',
  events: 'The durable log of all that happened, in pages and as a stream.',
  webhooks: 'URLs that are told of events, signed, in order, at least once.',
  'account-manager': 'Accounts leased to other services, within limits, exactly once at a time.',
  machines: 'The account machine as data.',
  runtime: 'How this runtime is.',
};

export const STREAM_OPERATION_ID = 'openStream';

/** OpenAPI has no word for a WebSocket: it is the GET that is upgraded, and what comes then stands in the description. */
export function describeStream(): Json {
  const closes = Object.values(STREAM_CLOSES).map(({ code, text }) => `- ${code}: ${text}`);
  return {
    [STREAM_PATH]: {
      get: {
        operationId: STREAM_OPERATION_ID,
        tags: ['events'],
        summary: 'The WebSocket: what happens, as it happens; with `since`, from that cursor on without a gap.',
        description: [
          `All frames are JSON texts of the shape StreamFrame. A browser gives the key as a second subprotocol beside \`${STREAM_SUBPROTOCOL}\`: \`key.<base64url of the key>\`. Closed with:`,
          ...closes,
        ].join('\n'),
        parameters: propertiesOf(streamQuerySchema).map((parameter) => ({ ...parameter, in: 'query' })),
        responses: {
          101: {
            description: 'Frames follow',
            content: { 'application/json': { schema: describeShape(streamFrameSchema, 'output') } },
          },
          default: {
            description: 'A problem',
            content: { 'application/problem+json': { schema: describeShape(problemSchema, 'output') } },
          },
        },
      },
    },
  };
}

const HEADERS: Readonly<Record<string, string>> = {
  [SIGNATURE_HEADER]: '`t=<seconds since 1970>,v1=<hex>`: HMAC-SHA256 of `<t>.<body>` under the secret',
  [EVENT_HEADER]: `the event’s name: ${LOGGED_EVENT_NAMES.join(', ')}`,
  [EVENT_ID_HEADER]: 'the same at each attempt: drop what you have seen',
  [DELIVERY_HEADER]: 'id of the delivery',
  [ATTEMPT_HEADER]: 'counts from 1',
};

/** The `webhooks` section: what is asked of a receiver. */
export function describeWebhooks(): Json {
  const headers = Object.entries(HEADERS).map(([name, description]) => ({
    name,
    in: 'header',
    required: true,
    description,
    schema: { type: 'string' },
  }));
  return {
    event: {
      post: {
        operationId: 'takeEvent',
        tags: ['webhooks'],
        summary: 'One event, to a webhook that asked for it. Redirects are not followed.',
        security: [],
        parameters: headers,
        requestBody: {
          required: true,
          content: { 'application/json': { schema: describeShape(webhookBodySchema, 'output') } },
        },
        responses: {
          '2XX': { description: 'Taken' },
          default: { description: 'Tried again with back-off, for three days' },
        },
      },
    },
  };
}
