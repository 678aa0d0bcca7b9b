import { z } from 'zod';
import { phoneSchema } from './account.js';

/** Waits of a simulated account never last longer: beyond an hour nobody is watching a simulation. */
const SIMULATED_WAIT_MS_MAX = 3_600_000;
const wait = z.number().min(0).max(SIMULATED_WAIT_MS_MAX);

/**
 * `settings` of an account with provider `simulated`; unknown keys belong to others and are left alone.
 * With the defaults a new account shows a QR, is scanned by itself after a second, and connects with a phone number
 * made from its id. All waits are milliseconds, stretched at random by up to `jitter` of themselves.
 */
export const simulatedSettingsSchema = z.object({
  scan: z.enum(['auto', 'manual']).default('auto').describe('manual: the code waits for SimulatedProvider.scan'),
  phone: phoneSchema.optional().describe('number of the phone that scans; default: made from the account id'),
  launchMs: wait.default(20).describe('from open to the first sign: a QR, or the saved login accepted'),
  autoScanMs: wait.default(1_000).describe('from the first QR to its scan'),
  readyMs: wait.default(150).describe('from the accepted login to ready'),
  qrLifetimeMs: wait.min(10).default(20_000).describe('until the next code replaces one'),
  ackMs: wait.default(30).describe('from the hand-over of a message to the provider’s acknowledgement'),
  deliveryMs: wait.default(50).describe('from the acknowledgement to the delivery at the other phone'),
  readMs: wait.nullable().default(null).describe('from the delivery until it is read; null: never'),
  closeMs: wait.default(5).describe('a proper close takes this long'),
  jitter: z.number().min(0).max(1).default(0.2),
});
export type SimulatedSettings = z.output<typeof simulatedSettingsSchema>;
