import { z } from 'zod';
import { accountIdSchema } from './account.js';
import { filenameSchema, type MediaKind } from './content.js';
import { MEDIA_BASE64_CHARS_MAX, MEDIA_URL_CHARS_MAX, MIME_TYPE_CHARS_MAX } from './limits/media.js';

const time = z.iso.datetime();

/**
 * How a message's file stands. `pending`: it is being fetched from the provider. `failed`: it could not be. `expired`: it
 * was kept long enough and is gone.
 */
export const MEDIA_STATES = ['stored', 'pending', 'failed', 'expired'] as const;
export type MediaState = (typeof MEDIA_STATES)[number];

export const mimeTypeSchema = z
  .string()
  .max(MIME_TYPE_CHARS_MAX)
  // It becomes a header of an answer one day, so nothing may be in it that a header can't have.
  .regex(/^[\w.+-]+\/[\w.+-]+(; *[\w-]+=("[ !#-~]*"|[\w.+,-]+))*$/, 'expected a media type such as image/png');

/** A file that Muster keeps, for MEDIA_RETENTION_DAYS. */
export const mediaSchema = z.object({
  id: z.uuid(),
  accountId: accountIdSchema,
  origin: z.enum(['upload', 'url', 'received']),
  mimeType: z.string(),
  filename: z.string().nullable(),
  bytes: z.int().nonnegative(),
  sha256: z.string().describe('hex'),
  createdAt: time,
  expiresAt: time,
});
export type MediaView = z.infer<typeof mediaSchema>;

/** What a file of each kind must be: WhatsApp's page sends anything else as a document, without a word. */
const TYPE_OF: Readonly<Record<MediaKind, RegExp>> = {
  image: /^image\//i,
  video: /^video\//i,
  audio: /^audio\//i,
  voice: /^audio\//i,
  document: /./,
  sticker: /^image\//i,
};

/** Why a file of this type can't be sent as this kind; null when it can. */
export function mismatchOf(kind: MediaKind, mimeType: string): string | null {
  return TYPE_OF[kind].test(mimeType)
    ? null
    : `A file of the type ${mimeType} can’t be sent as ${kind}; as a document it can.`;
}

/** What a message says of its file. The bytes are at /api/v1/media/{id}/content, with range requests. */
export const messageMediaSchema = z.object({
  id: z.uuid().nullable().describe('null unless it is stored'),
  state: z.enum(MEDIA_STATES),
  mimeType: z.string(),
  filename: z.string().nullable(),
  bytes: z.int().nonnegative().nullable(),
  seconds: z.number().nonnegative().nullable().describe('length of audio and video, where it is known'),
});
export type MessageMedia = z.infer<typeof messageMediaSchema>;

const base64 = z
  .string()
  .min(4)
  .max(MEDIA_BASE64_CHARS_MAX)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'expected base64 without line breaks');
const described = { mimeType: mimeTypeSchema.optional(), filename: filenameSchema.optional() };

/** Where a file comes from: uploaded before, in this very call, or fetched by us. */
export const mediaSourceSchema = z.union([
  z.strictObject({ id: z.uuid(), filename: filenameSchema.optional() }).describe('uploaded before'),
  z.strictObject({ base64, mimeType: mimeTypeSchema, filename: filenameSchema.optional() }),
  z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(MEDIA_URL_CHARS_MAX), ...described }),
]);
export type MediaSource = z.infer<typeof mediaSourceSchema>;

/** POST …/media as JSON. As multipart/form-data, the part `file` is taken with its own type and name. */
export const uploadMediaSchema = z.union([
  z.strictObject({ base64, mimeType: mimeTypeSchema, filename: filenameSchema.optional() }),
  z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(MEDIA_URL_CHARS_MAX), ...described }),
]);
export type UploadMedia = z.infer<typeof uploadMediaSchema>;
