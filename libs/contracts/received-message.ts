import { z } from 'zod';
import { contactCardSchema, locationSchema, MESSAGE_KINDS, pollSchema } from './content.js';

/** A message that came in, as the session tells it. Ids are the provider's; `text` is a caption, too. */
export const receivedMessageSchema = z.object({
  providerMessageId: z.string().max(500),
  chatId: z.string().max(200),
  from: z.string().max(200),
  kind: z.enum(MESSAGE_KINDS),
  text: z.string().nullable(),
  /** The file is at the provider; `fetchMedia` brings it. */
  media: z
    .object({
      mimeType: z.string().max(200),
      filename: z.string().max(500).nullable(),
      bytes: z.number().nullable(),
      seconds: z.number().nullable(),
    })
    .nullable(),
  location: locationSchema.nullable(),
  contacts: z.array(contactCardSchema).nullable(),
  poll: pollSchema.nullable(),
  mentions: z.array(z.string().max(200)),
  /** The provider's id of the message that this one answers. */
  quoted: z.string().max(500).nullable(),
  /** Milliseconds since 1970, by the provider's clock. */
  sentAt: z.number(),
});
export type ReceivedMessage = z.infer<typeof receivedMessageSchema>;
