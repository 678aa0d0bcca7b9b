import { z } from 'zod';

/**
 * What a message holds, in one shape on the wire, in the letters and in the journal. The names of types are WhatsApp's own;
 * page/contents.js turns it into the attributes of the library's message and back.
 */
const short = z.string().max(300);
const name = z.string().max(1_000);
export const mediaTypes = ['image', 'video', 'audio', 'ptt', 'document', 'sticker'] as const;
export const messageTypes = ['chat', ...mediaTypes, 'location', 'vcard', 'multi_vcard', 'poll_creation'] as const;
export type MediaType = (typeof mediaTypes)[number];

/** A file on the stand-in's server. `path` is where it is fetched from; hashes are base64 of SHA-256, as WhatsApp writes them. */
export const mediaSchema = z.object({
  path: short,
  mimetype: short,
  filename: z.string().max(500).nullish(),
  bytes: z.number().int().min(0),
  filehash: short,
  encFilehash: short,
  mediaKey: short,
  seconds: z.number().nullish(),
  gif: z.boolean().optional(),
  viewOnce: z.boolean().optional(),
});
export type MediaOnWire = z.output<typeof mediaSchema>;

export const contentSchema = z.object({
  type: z.enum(messageTypes),
  /** What is written: the text, or the caption of a file. */
  text: z.string().max(70_000),
  media: mediaSchema.optional(),
  location: z
    .object({
      latitude: z.number(),
      longitude: z.number(),
      place: z.string().max(3_000).nullish(),
      url: name.nullish(),
    })
    .optional(),
  cards: z
    .array(z.object({ name, vcard: z.string().max(20_000) }))
    .max(300)
    .optional(),
  poll: z.object({ question: name, options: z.array(name).max(20), multiple: z.boolean() }).optional(),
  /** The message that this one answers: its last part of the id, and who wrote it. */
  quoted: z.object({ id: short, from: short, type: short, text: z.string().max(70_000) }).optional(),
  mentions: z.array(short).max(1_100).optional(),
  link: z.object({ url: z.string().max(3_000), title: name.nullish(), description: name.nullish() }).optional(),
});

/** What happened to a group, as a message of type `gp2` in its chat. Only the servers write one. */
export interface Notice {
  readonly subtype: 'create' | 'add' | 'remove' | 'leave' | 'promote' | 'demote' | 'subject' | 'description';
  readonly people: readonly string[];
}

export type MessageContent =
  | (z.output<typeof contentSchema> & { readonly notice?: never })
  | { readonly type: 'gp2'; readonly text: string; readonly notice: Notice }
  /** A type that the stand-in knows by name only, as `order` or `e2e_notification`. */
  | { readonly type: 'other'; readonly as: string; readonly text: string; readonly notice?: never };
export type SentContent = z.output<typeof contentSchema>;

/** What is done to an earlier message: an emoji put on it (empty: taken back), its text changed, deleted for everyone, a vote. */
export const actKinds = ['reaction', 'edit', 'revoke', 'vote'] as const;
export type ActKind = (typeof actKinds)[number];

export interface ReactionOnWire {
  readonly by: string;
  readonly emoji: string;
  /** Unix time, milliseconds */
  readonly atMs: number;
}

export interface MessageOnWire {
  readonly id: string;
  /** Who wrote it: digits. */
  readonly from: string;
  /** Digits of a person, or a group's id, `120363…@g.us`. */
  readonly to: string;
  /** Unix time, seconds */
  readonly t: number;
  readonly ack: number;
  readonly content: MessageContent;
  /** How the writer calls themself. */
  readonly pushname: string;
  readonly reactions: readonly ReactionOnWire[];
  /** Unix time, milliseconds */
  readonly editedAtMs: number | null;
  readonly revoked: { readonly by: string; readonly id: string; readonly atMs: number } | null;
}

/** Something was done to a message that a page may know. */
export interface ActOnWire {
  readonly kind: ActKind;
  /** The id of the deed itself. */
  readonly id: string;
  readonly by: string;
  readonly atMs: number;
  readonly target: { readonly id: string; readonly from: string; readonly to: string };
  /** The emoji, or the new text. */
  readonly text: string;
  readonly options: readonly string[];
}

export const text = (written: string): SentContent => ({ type: 'chat', text: written });

/** `120363…@g.us` is a group; digits are a person. */
export const isGroup = (address: string): boolean => address.endsWith('@g.us');
