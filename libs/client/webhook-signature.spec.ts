import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SIGNATURE_AGE_S_MAX, verifySignature } from './webhook-signature.js';

const secret = 'whsec_of-the-tests-alone';
const payload = '{"event":"message.received","data":{"text":"Привіт 👋"}}';
const nowS = 1_800_000_000;
const hexOf = (t: number | string, body = payload, key = secret): string =>
  createHmac('sha256', key).update(`${t}.${body}`).digest('hex');
const header = `t=${nowS},v1=${hexOf(nowS)}`;

describe('a signature', () => {
  it('is verified, of text and of bytes', async () => {
    expect(await verifySignature({ payload, header, secret, nowS })).toEqual({ ok: true });
    const bytes = new TextEncoder().encode(payload);
    expect(await verifySignature({ payload: bytes, header, secret, nowS })).toEqual({ ok: true });
  });

  it('is right for a while, to the second', async () => {
    const at = (s: number) => verifySignature({ payload, header, secret, nowS: nowS + s });
    expect(await at(SIGNATURE_AGE_S_MAX)).toEqual({ ok: true });
    expect(await at(SIGNATURE_AGE_S_MAX + 1)).toEqual({ ok: false, why: 'expired' });
    expect(await at(-SIGNATURE_AGE_S_MAX - 1)).toEqual({ ok: false, why: 'expired' });
    expect(await verifySignature({ payload, header, secret, nowS: nowS + 9, ageSMax: 8 })).toMatchObject({ ok: false });
  });

  it('under another secret, of another body, or with another time is wrong', async () => {
    const wrong = { ok: false, why: 'wrong' };
    expect(await verifySignature({ payload, header, secret: `${secret}!`, nowS })).toEqual(wrong);
    expect(await verifySignature({ payload: `${payload} `, header, secret, nowS })).toEqual(wrong);
    const later = header.replace(`t=${nowS}`, `t=${nowS + 1}`);
    expect(await verifySignature({ payload, header: later, secret, nowS })).toEqual(wrong);
  });

  it('may stand beside one under another secret, and beside kinds that are not known', async () => {
    const both = `t=${nowS}, v0=abc, v1=${hexOf(nowS, payload, 'the-new-one')}, v1=${hexOf(nowS)}`;
    expect(await verifySignature({ payload, header: both, secret, nowS })).toEqual({ ok: true });
  });

  it.each([
    null,
    undefined,
    '',
    't=1',
    `v1=${hexOf(nowS)}`,
    `t=now,v1=${hexOf(nowS)}`,
    `t=${nowS},t=1,v1=${hexOf(nowS)}`,
    `t=${nowS},v1=${hexOf(nowS).slice(1)}`,
    `t=${nowS},v1=${'zz'.repeat(32)}`,
    `t=${nowS},${Array(6)
      .fill(`v1=${'0'.repeat(64)}`)
      .join(',')}`,
  ])('%s is none', async (malformed) => {
    expect(await verifySignature({ payload, header: malformed, secret, nowS })).toEqual({
      ok: false,
      why: 'malformed',
    });
  });
});
