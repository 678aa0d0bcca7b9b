import { z } from 'zod';
import {
  CONTACT_CARDS_MAX,
  CONTACT_PHONES_MAX,
  EMOJI_CHARS_MAX,
  FILENAME_CHARS_MAX,
  MENTIONS_MAX,
  MESSAGE_TEXT_CHARS_MAX,
  NAME_CHARS_MAX,
  POLL_OPTION_CHARS_MAX,
  POLL_OPTIONS_MAX,
} from './limits/messages.js';

/** What a message can be. The first ten say something; the last three do something to an earlier message. */
export const MEDIA_KINDS = ['image', 'video', 'audio', 'voice', 'document', 'sticker'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];
export const ACTION_KINDS = ['reaction', 'edit', 'revoke'] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];
export const SENDABLE_KINDS = ['text', ...MEDIA_KINDS, 'location', 'contact', 'poll', ...ACTION_KINDS] as const;
export type SendableKind = (typeof SENDABLE_KINDS)[number];
/** `other`: something came in that Muster has no kind for (a call, a payment …); it is kept so that nothing vanishes. */
export const MESSAGE_KINDS = [...SENDABLE_KINDS, 'other'] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

const name = z.string().trim().min(1).max(NAME_CHARS_MAX);
export const textSchema = z.string().min(1).max(MESSAGE_TEXT_CHARS_MAX);

export const locationSchema = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  name: name.nullish(),
  address: z.string().max(NAME_CHARS_MAX).nullish(),
});
export type Location = z.infer<typeof locationSchema>;

export const contactCardSchema = z.strictObject({
  name,
  phones: z.array(z.string().min(3).max(40)).min(1).max(CONTACT_PHONES_MAX).describe('E.164 where it is known'),
});
export type ContactCard = z.infer<typeof contactCardSchema>;
export const contactCardsSchema = z.array(contactCardSchema).min(1).max(CONTACT_CARDS_MAX);

export const pollSchema = z.strictObject({
  question: name,
  options: z
    .array(z.string().trim().min(1).max(POLL_OPTION_CHARS_MAX))
    .min(2)
    .max(POLL_OPTIONS_MAX)
    .refine((options) => new Set(options).size === options.length, 'each option once'),
  multiple: z.boolean().default(false).describe('may one person choose several?'),
});
export type Poll = z.output<typeof pollSchema>;

export const emojiSchema = z.string().max(EMOJI_CHARS_MAX).describe('one emoji; empty takes the reaction back');
export const mentionsSchema = z.array(z.string().min(3).max(200)).max(MENTIONS_MAX).describe('phones or ids of people');
export const filenameSchema = z
  .string()
  .trim()
  .min(1)
  .max(FILENAME_CHARS_MAX)
  .regex(/^[^/\\\p{Cc}\p{Cs}]+$/u, 'a name without slashes and control characters');

/** A file on this machine's disk, as a driver is given it. Nothing of it travels through messages between processes. */
export interface MediaFile {
  /** Absolute. */
  readonly path: string;
  readonly mimeType: string;
  readonly filename: string | null;
  readonly bytes: number;
}

/** What a driver is told to send. */
export type OutgoingContent =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly mentions: readonly string[];
      readonly linkPreview: boolean;
    }
  | {
      readonly kind: MediaKind;
      readonly text: string | null;
      readonly media: MediaFile;
      readonly mentions: readonly string[];
    }
  | ({ readonly kind: 'location' } & Location)
  | { readonly kind: 'contact'; readonly contacts: readonly ContactCard[] }
  | ({ readonly kind: 'poll' } & Poll);

export const textContent = (text: string): OutgoingContent => ({
  kind: 'text',
  text,
  mentions: [],
  linkPreview: false,
});

/** Of a message that is nothing but its text. */
export const NOTHING_BUT_TEXT = { media: null, location: null, contacts: null, poll: null, mentions: [], quoted: null };

/** What a driver is told to do to an earlier message. Each may be repeated: the second time changes nothing. */
export type MessageAction =
  | { readonly kind: 'reaction'; readonly target: string; readonly emoji: string }
  | { readonly kind: 'edit'; readonly target: string; readonly text: string }
  | { readonly kind: 'revoke'; readonly target: string };
