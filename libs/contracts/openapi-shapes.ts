import { z } from 'zod';
import { accountSchema, browserSchema, commandedAccountSchema, reasonSchema } from './account.js';
import { capabilitiesSchema } from './capabilities.js';
import { chatSchema, contactSchema, groupSchema, historyLineSchema, registeredSchema } from './chat.js';
import { configurationSchema } from './configuration.js';
import { contactCardSchema, locationSchema, pollSchema } from './content.js';
import { loggedEventSchema } from './event-log.js';
import { checkSchema, healthSchema } from './health.js';
import { mediaSchema, mediaSourceSchema, messageMediaSchema, uploadMediaSchema } from './media.js';
import { messageSchema, reactionSchema, sendMessageSchema } from './message.js';
import { outboxSchema } from './outbox.js';
import { problemSchema } from './problem.js';
import { rateSchema, statsSchema } from './stats.js';
import { streamFrameSchema } from './stream.js';
import {
  deliverySchema,
  webhookBodySchema,
  webhookSchema,
  webhookTestSchema,
  webhookWithSecretSchema,
} from './webhook.js';

export type Json = Readonly<Record<string, unknown>>;
type Io = 'input' | 'output';

/**
 * Shapes that earn a name in the document; all others are written where they are used. Each in the form in which it is
 * sent; what is sent both ways (a location, a contact) is the same in both.
 */
const NAMED: Readonly<Record<string, { readonly schema: z.ZodType; readonly io: Io }>> = {
  ...outputs({
    Account: accountSchema,
    CommandedAccount: commandedAccountSchema,
    Reason: reasonSchema,
    Browser: browserSchema,
    Capabilities: capabilitiesSchema,
    Message: messageSchema,
    Reaction: reactionSchema,
    MessageMedia: messageMediaSchema,
    Location: locationSchema,
    ContactCard: contactCardSchema,
    Media: mediaSchema,
    Outbox: outboxSchema,
    Chat: chatSchema,
    HistoryLine: historyLineSchema,
    Contact: contactSchema,
    Group: groupSchema,
    Registered: registeredSchema,
    LoggedEvent: loggedEventSchema,
    StreamFrame: streamFrameSchema,
    Webhook: webhookSchema,
    WebhookWithSecret: webhookWithSecretSchema,
    WebhookBody: webhookBodySchema,
    Delivery: deliverySchema,
    WebhookTest: webhookTestSchema,
    Health: healthSchema,
    Check: checkSchema,
    Stats: statsSchema,
    Rate: rateSchema,
    Configuration: configurationSchema,
    Problem: problemSchema,
  }),
  ...inputs({
    SendMessage: sendMessageSchema,
    Poll: pollSchema,
    MediaSource: mediaSourceSchema,
    UploadMedia: uploadMediaSchema,
  }),
};

function outputs(schemas: Readonly<Record<string, z.ZodType>>) {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, { schema, io: 'output' as const }]));
}
function inputs(schemas: Readonly<Record<string, z.ZodType>>) {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, { schema, io: 'input' as const }]));
}

/** `components.schemas` of the document. */
export function describeShapes(): Json {
  return Object.fromEntries(
    Object.entries(NAMED).map(([name, { schema, io }]) => {
      const { $defs = {} } = rawShape(schema, io) as { readonly $defs?: Readonly<Record<string, unknown>> };
      return [name, pointedAtComponents($defs[name])];
    }),
  );
}

/** Where it is named, a reference; shapes within it, too. */
export function describeShape(schema: z.ZodType, io: Io): Json {
  const { $schema: _schema, $defs: _defs, ...shape } = rawShape(schema, io);
  return pointedAtComponents(shape) as Json;
}

/** Of parameters each property is written on its own. */
export function propertiesOf(schema: z.ZodType): readonly { name: string; required: boolean; schema: Json }[] {
  const { properties = {}, required = [] } = describeShape(schema, 'input') as {
    readonly properties?: Readonly<Record<string, Json>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    required: required.includes(name),
    schema: property,
  }));
}

const nameOf = new Map(Object.entries(NAMED).map(([name, { schema }]) => [schema, name]));
/** What schemas say of themselves (`describe`), and the names of those that have one. */
const metadata = Object.assign(z.registry<{ id?: string }>(), {
  get: (schema: z.ZodType) => {
    const id = nameOf.get(schema);
    return { ...z.globalRegistry.get(schema), ...(id && { id }) };
  },
});

function rawShape(schema: z.ZodType, io: Io): Json {
  return z.toJSONSchema(schema, { io, metadata });
}

/**
 * References lead to the components of the whole document. The only others are made by `z.json()`, which is recursive, and
 * "any JSON" says the same.
 */
function pointedAtComponents(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointedAtComponents);
  if (typeof value !== 'object' || value === null) return value;
  if ('$ref' in value) {
    const name = String(value.$ref).replace('#/$defs/', '');
    return name in NAMED ? { $ref: `#/components/schemas/${name}` } : { description: 'any JSON value' };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, pointedAtComponents(inner)]));
}
