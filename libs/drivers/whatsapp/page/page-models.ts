import { z } from 'zod';

/**
 * WhatsApp's own models, cut down to what we read of them. They come as JSON of the page's models, whether by an event of
 * the library or asked for, and WhatsApp changes its models when it likes: an attribute of another shape than expected is
 * taken for absent.
 */
const id = z.object({ _serialized: z.string() }).transform((it) => it._serialized);
const address = z.union([z.string(), id]);
/** Absent, or of another shape: null. */
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

/** Somebody's emoji on a message. */
export interface PageReaction {
  /** Key of the message that it is on. */
  readonly target: string;
  readonly sender: string;
  readonly emoji: string;
  readonly atMs: number;
}

const groupModelSchema = z.object({
  formattedTitle: optional(z.string()),
  groupMetadata: z.object({
    subject: optional(z.string()),
    desc: optional(z.string()),
    owner: optional(address),
    /** Seconds since 1970. */
    creation: optional(z.number()),
    participants: z.array(
      z.object({ id: address, isAdmin: optional(z.boolean()), isSuperAdmin: optional(z.boolean()) }),
    ),
  }),
});
export type GroupModel = z.infer<typeof groupModelSchema>;

const contactModelSchema = z.object({
  id: address,
  name: optional(z.string()),
  pushname: optional(z.string()),
  isBusiness: optional(z.boolean()),
  isBlocked: optional(z.boolean()),
  isMyContact: optional(z.boolean()),
  isMe: optional(z.boolean()),
});
export type ContactModel = z.infer<typeof contactModelSchema>;

/** Null when it is no group. */
export function groupModelOf(model: unknown): GroupModel | null {
  const parsed = groupModelSchema.safeParse(model);
  return parsed.success ? parsed.data : null;
}

/** Null when it is nobody. */
export function contactModelOf(model: unknown): ContactModel | null {
  const parsed = contactModelSchema.safeParse(model);
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
