import { z } from 'zod';
import { type MessageContent } from '../messages/message-words.js';

/**
 * The words of the control API: what a test or a person may ask of the stand-in. One schema each; the types follow.
 * Those of faults, deeds, phones' messages and groups are in fault-words.ts, deed-words.ts, phone-words.ts and group-words.ts.
 * Numbers are digits, with or without a plus; inside the stand-in they never have one.
 */
export const phoneNumber = z
  .string()
  .regex(/^\+?[1-9]\d{6,14}$/, 'a phone number: 7 to 15 digits, with or without a plus')
  .transform((number) => number.replace('+', ''));

/** WhatsApp takes 65,536 characters of text in a message. */
export const TEXT_CHARS_MAX = 65_536;
export const id = z.string().min(1).max(200);
export const name = z.string().min(1).max(100);

export const scanOrder = z.strictObject({
  qr: z.string().min(1).max(2_000),
  number: phoneNumber,
  pushname: name.optional(),
});
export const codeOrder = z.strictObject({ code: z.string().min(8).max(9), number: phoneNumber });
export const rotateOrder = z.strictObject({ idle: z.boolean().default(false) });
export const ackOrder = z.strictObject({ ack: z.union([z.literal(-1), z.literal(1), z.literal(2), z.literal(3)]) });
export const logoutOrder = z
  .strictObject({
    device: id.optional(),
    number: phoneNumber.optional(),
    mode: z.enum(['navigate', 'unpaired']).default('navigate'),
  })
  .refine((order) => (order.device === undefined) !== (order.number === undefined), 'name either a device or a number');
export const phoneOrder = z.strictObject({
  pushname: name.optional(),
  scansNewQr: z.boolean().optional(),
  readsAtOnce: z.boolean().optional(),
  registered: z.boolean().optional(),
});
export const journalKinds = [
  'page.document',
  'page.opened',
  'page.closed',
  'page.gap',
  'page.fault',
  'page.deed',
  'page.deed_done',
  'device.linked',
  'device.login',
  'device.refused',
  'device.superseded',
  'device.unlinked',
  'message.accepted',
  'message.refused',
  'message.rejected',
  'message.unanswered',
  'message.incoming',
  'message.delivered',
  'message.ack',
  'message.reacted',
  'message.edited',
  'message.revoked',
  'message.voted',
  'act.refused',
  'chat.seen',
  'chat.state',
  'chat.marked',
  'group.changed',
  'media.uploaded',
  'media.upload_failed',
  'media.downloaded',
  'media.download_failed',
] as const;

export const journalQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
  kind: z.enum(journalKinds).optional(),
});

export const socketStates = [
  'OPENING',
  'PAIRING',
  'UNPAIRED',
  'UNPAIRED_IDLE',
  'CONNECTED',
  'CONFLICT',
  'TIMEOUT',
  'UNLAUNCHED',
  'PROXYBLOCK',
  'TOS_BLOCK',
  'SMB_TOS_BLOCK',
  'DEPRECATED_VERSION',
] as const;
export type JournalKind = (typeof journalKinds)[number];
export type SocketState = (typeof socketStates)[number];
export type LogoutMode = z.output<typeof logoutOrder>['mode'];
export type PhoneOrder = z.output<typeof phoneOrder>;

/** A page that is open in some browser now. */
export interface PageView {
  readonly id: string;
  /** The page's own word for its state, as it told it last. */
  readonly state: SocketState;
  readonly hasSynced: boolean;
  /** The QR payload shown now, exactly as the library reports it; null when none is shown. */
  readonly qr: string | null;
  readonly pairingCode: string | null;
  /** For whose phone that code was asked. */
  readonly pairingNumber: string | null;
  readonly device: string | null;
  readonly number: string | null;
  /** Modules somebody asked for that the page does not have: what the stand-in still lacks. */
  readonly gaps: readonly string[];
}

/** A login that was once paired; `unlinked` tells why it is no longer valid. */
export interface DeviceView {
  readonly id: string;
  readonly number: string;
  readonly pushname: string;
  readonly linkedAt: string;
  readonly unlinked: 'phone' | 'self' | 'expired' | 'revoked' | null;
  readonly connected: boolean;
}

export interface MessageView {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Of a file, its caption. */
  readonly text: string;
  readonly content: MessageContent;
  /** Unix time, seconds */
  readonly t: number;
  readonly ack: number;
}

export interface PhoneView extends Required<PhoneOrder> {
  readonly number: string;
  /** Latest last, at most PHONE_INBOX_MAX. */
  readonly inbox: readonly MessageView[];
}
