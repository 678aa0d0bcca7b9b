import type { z } from 'zod';
import type { Operation } from './operation.js';
import { ACCOUNT_MANAGER_OPERATIONS } from './operations/account-manager.operations.js';
import { ACCOUNT_OPERATIONS } from './operations/account.operations.js';
import { CHAT_OPERATIONS } from './operations/chat.operations.js';
import { EVENT_OPERATIONS } from './operations/event.operations.js';
import { MEDIA_OPERATIONS } from './operations/media.operations.js';
import { MESSAGE_OPERATIONS } from './operations/message.operations.js';
import { OUTBOX_OPERATIONS } from './operations/outbox.operations.js';
import { PAIRING_OPERATIONS } from './operations/pairing.operations.js';
import { RUNTIME_OPERATIONS } from './operations/runtime.operations.js';
import { WEBHOOK_OPERATIONS } from './operations/webhook.operations.js';

/** Every call of the API. Server, client, openapi.json and /docs are made from this table. */
export const OPERATIONS = {
  ...ACCOUNT_OPERATIONS,
  ...PAIRING_OPERATIONS,
  ...MESSAGE_OPERATIONS,
  ...MEDIA_OPERATIONS,
  ...OUTBOX_OPERATIONS,
  ...CHAT_OPERATIONS,
  ...EVENT_OPERATIONS,
  ...WEBHOOK_OPERATIONS,
  ...ACCOUNT_MANAGER_OPERATIONS,
  ...RUNTIME_OPERATIONS,
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;
type Parts = { readonly [Name in OperationName]: (typeof OPERATIONS)[Name] };
type PartOf<Name extends OperationName, Part extends string> = Parts[Name] extends {
  readonly [P in Part]: infer S extends z.ZodType;
}
  ? S
  : never;
type InputParts = 'params' | 'query' | 'headers' | 'body';

/** What a handler gets: each part of the request, read and with its defaults. */
export type OperationInput<Name extends OperationName> = {
  readonly [Part in InputParts as PartOf<Name, Part> extends never ? never : Part]: z.output<PartOf<Name, Part>>;
};
/** What a caller gives: the same before it was read. */
export type OperationAsk<Name extends OperationName> = {
  readonly [Part in InputParts as PartOf<Name, Part> extends never ? never : Part]: z.input<PartOf<Name, Part>>;
};
export type OperationAnswer<Name extends OperationName> = Parts[Name]['answer'] extends infer S extends z.ZodType
  ? z.output<S>
  : null;
