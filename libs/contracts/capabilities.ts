import { z } from 'zod';
import { PROVIDERS } from './account.js';
import { SENDABLE_KINDS } from './content.js';

/** What a driver may be able to do. Whatever it does not declare is refused with `not_supported`, naming it. */
export const CAPABILITIES = [
  'qr',
  'pairing-code',
  'logout',
  'lookup',
  ...SENDABLE_KINDS.map((kind) => `send-${kind}` as const),
  'reply',
  'mentions',
  'mark-read',
  'typing',
  'receive-media',
  'catch-up',
  'chats',
  'history',
  'contacts',
  'registered',
  'groups',
] as const;
export type DriverCapability = (typeof CAPABILITIES)[number];

/** GET /accounts/{id}/capabilities */
export const capabilitiesSchema = z.object({
  provider: z.enum(PROVIDERS),
  can: z.array(z.enum(CAPABILITIES)),
  cannot: z.array(z.enum(CAPABILITIES)),
});
export type CapabilitiesView = z.infer<typeof capabilitiesSchema>;
