import { z } from 'zod';
import { phoneSchema } from './account.js';

export const qrSchema = z.object({
  qr: z.string().describe('the payload to draw'),
  attempt: z.int().positive(),
  expiresAt: z.iso.datetime(),
});
export type QrView = z.infer<typeof qrSchema>;

export const requestPairingCodeSchema = z.strictObject({ phone: phoneSchema });
export const pairingCodeSchema = z.object({ code: z.string(), expiresAt: z.iso.datetime() });
export type PairingCodeView = z.infer<typeof pairingCodeSchema>;
