import { z } from 'zod';
import { id, phoneNumber } from '../control/control-words.js';

/** As many as WhatsApp lets in. */
export const GROUP_MEMBERS_MAX = 1_024;

export const groupId = z.string().regex(/^\d{5,25}@g\.us$/, 'a group: digits and @g.us');
const subject = z.string().min(1).max(100);
const people = z.array(phoneNumber).min(1).max(GROUP_MEMBERS_MAX);

/** A phone makes a group, with itself as its owner. */
export const groupOrder = z.strictObject({
  by: phoneNumber,
  subject,
  members: z.array(phoneNumber).max(GROUP_MEMBERS_MAX).default([]),
  description: z.string().max(2_000).optional(),
  id: groupId.optional(),
});

/** What a member does to the group: adds, removes, promotes and demotes others, leaves, renames it, describes it. */
export const groupChangeOrder = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('add'), by: phoneNumber, people }),
  z.strictObject({ change: z.literal('remove'), by: phoneNumber, people }),
  z.strictObject({ change: z.literal('promote'), by: phoneNumber, people }),
  z.strictObject({ change: z.literal('demote'), by: phoneNumber, people }),
  z.strictObject({ change: z.literal('leave'), by: phoneNumber }),
  z.strictObject({ change: z.literal('subject'), by: phoneNumber, text: subject }),
  z.strictObject({ change: z.literal('description'), by: phoneNumber, text: z.string().max(2_000) }),
]);
export type GroupOrder = z.input<typeof groupOrder>;
export type GroupChangeOrder = z.input<typeof groupChangeOrder>;
export type GroupChange = z.output<typeof groupChangeOrder>;

export const roles = ['superadmin', 'admin', 'member'] as const;
export type Role = (typeof roles)[number];

export interface GroupView {
  readonly id: string;
  readonly subject: string;
  readonly description: string;
  readonly owner: string;
  /** Unix time, seconds */
  readonly createdAt: number;
  readonly members: readonly { readonly number: string; readonly role: Role }[];
}

/** What the owner of a phone keeps of a chat: the same on all linked devices. */
export const chatMarksOrder = z.strictObject({
  archived: z.boolean().optional(),
  pinned: z.boolean().optional(),
  /** Unix time, seconds; 0 is not muted, -1 for ever. */
  mutedUntil: z.number().int().min(-1).optional(),
});
export type ChatMarks = Required<z.output<typeof chatMarksOrder>>;

/** A line of the address book of a phone's owner; an empty name takes it out. */
export const contactOrder = z.strictObject({ name: z.string().max(100) });
export const chatAddress = z.union([phoneNumber, groupId]);
export const messageId = id;
