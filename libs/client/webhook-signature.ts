/** What a receiver of webhooks has in its hands. */
export interface SignedRequest {
  /** The body as it came, byte by byte: parsed and printed again, it may differ. */
  readonly payload: string | Uint8Array;
  /** Of Muster-Signature. */
  readonly header: string | null | undefined;
  readonly secret: string;
  /** Seconds since 1970; not given: the clock's. */
  readonly nowS?: number;
  /** An older or younger signature is refused, so that nobody plays an old event again. */
  readonly ageSMax?: number;
}
export type SignatureVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** `malformed`: no header of ours. `expired`: signed too long ago, or in the future. `wrong`: other body or secret. */
      readonly why: 'malformed' | 'expired' | 'wrong';
    };

/** Five minutes: a receiver's clock may be off by that much. */
export const SIGNATURE_AGE_S_MAX = 300;

/**
 * Did Muster send this? Of several `v1` (there may be two while a secret is changed) one must be right. Takes the same time
 * however much of a signature is right. Runs wherever there is WebCrypto: Node, browsers, workers.
 */
export async function verifySignature({
  payload,
  header,
  secret,
  nowS = Date.now() / 1_000,
  ageSMax = SIGNATURE_AGE_S_MAX,
}: SignedRequest): Promise<SignatureVerdict> {
  const signed = readHeader(header);
  if (signed === null) return { ok: false, why: 'malformed' };
  const right = await matches(signed, payload, secret);
  if (!right) return { ok: false, why: 'wrong' };
  return Math.abs(nowS - Number(signed.time)) > ageSMax ? { ok: false, why: 'expired' } : { ok: true };
}

interface Signed {
  /** As it was written: it is part of what is signed. */
  readonly time: string;
  readonly signatures: readonly Uint8Array<ArrayBuffer>[];
}

function readHeader(header: string | null | undefined): Signed | null {
  const parts = (header ?? '').split(',').map((part) => part.trim().split('='));
  const valuesOf = (name: string): readonly string[] =>
    parts.flatMap(([key, value, ...rest]) => (key === name && value && rest.length === 0 ? [value] : []));
  const [time, ...more] = valuesOf('t');
  const signatures = valuesOf('v1').map(bytesOf);
  const isWhole = time !== undefined && more.length === 0 && /^\d{1,12}$/.test(time);
  if (!isWhole || signatures.length === 0 || signatures.length > SIGNATURES_MAX) return null;
  return signatures.every((signature) => signature !== null) ? { time, signatures } : null;
}
/** Each costs a computation. */
const SIGNATURES_MAX = 5;

/** 32 bytes from their 64 hex digits. */
function bytesOf(hex: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[0-9a-f]{64}$/i.test(hex)) return null;
  return Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
}

async function matches({ time, signatures }: Signed, payload: string | Uint8Array, secret: string): Promise<boolean> {
  const encoder = new TextEncoder();
  const [prefix, body] = [encoder.encode(`${time}.`), typeof payload === 'string' ? encoder.encode(payload) : payload];
  const text = new Uint8Array(prefix.length + body.length);
  text.set(prefix);
  text.set(body, prefix.length);
  const { subtle } = globalThis.crypto;
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['verify']);
  // `verify` compares in constant time; all are looked at, whichever is right.
  const verdicts = await Promise.all(signatures.map((signature) => subtle.verify('HMAC', key, signature, text)));
  return verdicts.includes(true);
}
