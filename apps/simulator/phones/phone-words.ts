import { z } from 'zod';
import { id, name, phoneNumber, TEXT_CHARS_MAX } from '../control/control-words.js';
import { groupId } from '../groups/group-words.js';
import { mediaTypes } from '../messages/message-words.js';

/** What a person does with a phone: writes a message of any kind, and does something to an earlier one. */
const text = z.string().max(TEXT_CHARS_MAX);
/** As base64; what is larger is made up of so many bytes. */
export const FILE_BASE64_CHARS_MAX = 16_000_000;
export const MADE_UP_BYTES_MAX = 400 * 1_048_576;
/** Three years: older than any window of WhatsApp. */
export const AGE_S_MAX = 100_000_000;

const media = z.strictObject({
  type: z.enum(mediaTypes),
  mimetype: z.string().min(3).max(200),
  filename: z.string().max(500).optional(),
  seconds: z.number().min(0).optional(),
  viewOnce: z.boolean().optional(),
  /** Either the file, or how large a one is to be made up. */
  base64: z.base64().max(FILE_BASE64_CHARS_MAX).optional(),
  bytes: z.number().int().min(0).max(MADE_UP_BYTES_MAX).optional(),
});
const location = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  name: name.optional(),
  address: z.string().max(1_000).optional(),
});
const contact = z.strictObject({ name, phones: z.array(phoneNumber).min(1).max(20) });

export const messageOrder = z
  .strictObject({
    from: phoneNumber,
    to: z.union([phoneNumber, groupId]),
    id: id.optional(),
    /** The text, or the caption of a file. */
    text: text.default(''),
    media: media.optional(),
    location: location.optional(),
    contacts: z.array(contact).min(1).max(100).optional(),
    poll: z
      .strictObject({ question: name, options: z.array(name).min(2).max(12), multiple: z.boolean().default(false) })
      .optional(),
    /** Of the answered message: its id as the library gives it, or its last part. */
    quoted: id.optional(),
    mentions: z.array(phoneNumber).max(1_024).optional(),
    /** A type that the stand-in knows by name only: `order`, `payment`, `e2e_notification` … */
    other: z.string().min(1).max(100).optional(),
    /** Written so many seconds ago. */
    ageS: z.number().int().min(0).max(AGE_S_MAX).default(0),
  })
  .refine(
    ({ media: file, location: place, contacts, poll, other }) =>
      [file, place, contacts, poll, other].filter((one) => one !== undefined).length <= 1,
    'a message is of one kind',
  );

/** By whom: a member of the message's chat. Unset: for a reaction the one who got it, otherwise its writer. */
export const reactOrder = z.strictObject({ by: phoneNumber.optional(), emoji: z.string().max(30) });
export const editOrder = z.strictObject({ by: phoneNumber.optional(), text });
export const revokeOrder = z.strictObject({ by: phoneNumber.optional() });
export const voteOrder = z.strictObject({ by: phoneNumber.optional(), options: z.array(name).max(12) });

export type MessageOrder = z.input<typeof messageOrder>;
export type MessageDraft = z.output<typeof messageOrder>;
