import { createHmac } from 'node:crypto';

/**
 * The value of Muster-Signature: `t=<seconds since 1970>,v1=<hex>`, where v1 is the HMAC-SHA256 of `<t>.<body>` under the
 * secret. The time is signed, too, so that nobody can play an old event again. libs/client/webhook-signature.ts verifies it.
 */
export function signatureOf(body: string, secret: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
