import { z } from 'zod';
import { LEASE_NAME_CHARS_MAX } from '../limits/leasing.js';

/** Old clients give numbers where others give texts: a Telegram id, a user’s row. They mean the same. */
const text = z.union([z.string(), z.int()]).transform(String);

/** Of a tenant, service, purpose. */
export const nameSchema = text.pipe(z.string().trim().min(1).max(LEASE_NAME_CHARS_MAX));

/** Of a channel, group or chat, in whatever form its service names it; the same name is the same channel. */
export const channelSchema = nameSchema;
