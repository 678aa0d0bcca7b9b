import { z } from 'zod';

/**
 * A message as WhatsApp's page has it, cut down to what we read. It comes as JSON of the page's own model, whether by an
 * event of the library or asked for, and WhatsApp changes its models when it likes: what has another shape than expected is
 * taken for absent.
 */
const id = z.object({ _serialized: z.string() }).transform((it) => it._serialized);
const address = z.union([z.string(), id]);
const optional = <T extends z.ZodType>(shape: T) => shape.nullish().catch(null);

const pageMessageSchema = z.object({
  id: z.object({ _serialized: z.string(), fromMe: z.boolean(), remote: address }),
  type: z.string(),
  /** Seconds since 1970. */
  t: z.number(),
  from: address.optional(),
  /** Who wrote it, in a group. */
  author: optional(address),
  /** A text; of a picture it is a small copy, of a contact the card. */
  body: optional(z.string()),
  caption: optional(z.string()),
  mimetype: optional(z.string()),
  filename: optional(z.string()),
  size: optional(z.number().nonnegative()),
  duration: optional(z.coerce.number().nonnegative()),
  lat: optional(z.number()),
  lng: optional(z.number()),
  /** Name and address, a line each. */
  loc: optional(z.string()),
  vcardList: optional(z.array(z.object({ vcard: z.string() }))),
  pollName: optional(z.string()),
  pollOptions: optional(z.array(z.object({ name: z.string() }))),
  /** 0: several. */
  pollSelectableOptionsCount: optional(z.number()),
  mentionedJidList: optional(z.array(address)),
  quotedStanzaID: optional(z.string()),
  quotedParticipant: optional(address),
  quotedRemoteJid: optional(address),
  /** What kind of notice it is. */
  subtype: optional(z.string()),
  recipients: optional(z.array(address)),
  latestEditSenderTimestampMs: optional(z.coerce.number()),
  /** Seconds since 1970. */
  revokeTimestamp: optional(z.number()),
  /** Of a deleted one: the key that it had. */
  protocolMessageKey: optional(address),
});
export type PageMessage = z.infer<typeof pageMessageSchema>;

/** Null when it is no message at all. */
export function pageMessageOf(model: unknown): PageMessage | null {
  const parsed = pageMessageSchema.safeParse(model);
  return parsed.success ? parsed.data : null;
}

export const chatOf = (message: PageMessage): string => message.id.remote;
/** Who wrote it, under the page's name for them. */
export const authorOf = (message: PageMessage): string => message.author ?? message.from ?? message.id.remote;
export const isGroup = (chatId: string): boolean => chatId.endsWith('@g.us');

/** All addresses in it that may be anonymous ones. */
export function addressesIn(message: PageMessage): readonly string[] {
  return [chatOf(message), authorOf(message), ...(message.mentionedJidList ?? []), ...(message.recipients ?? [])];
}
