import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  /** PEM */
  readonly key: string;
  /** PEM */
  readonly cert: string;
  /** base64 of SHA-256 over the public key's SPKI, as `--ignore-certificate-errors-spki-list` wants it. */
  readonly spki: string;
}

/**
 * The certificate kept in `folder`, made there the first time, so that its SPKI is the same after a restart.
 *
 * The DER is written here, in sixty lines, because Node can sign but not build a certificate: `openssl` may be missing
 * on a user's machine, and the npm packages that do it bring a whole ASN.1 tree for this one file.
 */
export function openCertificate(folder: string, host: string, now: Date): Certificate {
  const keyFile = join(folder, 'key.pem');
  const certFile = join(folder, 'cert.pem');
  if (!existsSync(keyFile) || !existsSync(certFile)) {
    mkdirSync(folder, { recursive: true });
    const made = makeCertificate(host, now);
    writeFileSync(keyFile, made.key, { mode: 0o600 });
    writeFileSync(certFile, made.cert);
  }
  const key = readFileSync(keyFile, 'utf8');
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return { key, cert: readFileSync(certFile, 'utf8'), spki: createHash('sha256').update(spki).digest('base64') };
}

/** Ten years: longer than any checkout lives, and still before 2050, where X.509 changes its way to write a time. */
const VALID_MS = 10 * 365 * 24 * 3_600_000;
/** A browser whose clock is a little behind still accepts it. */
const BACKDATED_MS = 24 * 3_600_000;

function makeCertificate(host: string, now: Date): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const body = certificateBody(publicKey, host, now);
  const signature = sign('sha256', body, privateKey);
  const der = sequence(body, ecdsaWithSha256, bitString(signature));
  const lines = der
    .toString('base64')
    .replace(/(.{64})/g, '$1\n')
    .trimEnd();
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

function certificateBody(publicKey: KeyObject, host: string, now: Date): Buffer {
  const name = sequence(tlv(0x31, sequence(objectId('550403'), tlv(0x0c, Buffer.from(host)))));
  const from = new Date(now.getTime() - BACKDATED_MS);
  const until = new Date(now.getTime() + VALID_MS);
  const subjectAltName = sequence(objectId('551d11'), tlv(0x04, sequence(tlv(0x82, Buffer.from(host)))));
  return sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))), // version 3
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])), // serial number, kept positive by its first byte
    ecdsaWithSha256,
    name,
    sequence(utcTime(from), utcTime(until)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(subjectAltName)),
  );
}

const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));

function tlv(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag]), lengthOf(content), content]);
}

function lengthOf({ length }: Buffer): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  return length < 0x100 ? Buffer.from([0x81, length]) : Buffer.from([0x82, length >> 8, length & 0xff]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function objectId(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, 'hex'));
}

function bitString(content: Buffer): Buffer {
  return tlv(0x03, Buffer.concat([Buffer.from([0]), content]));
}

function utcTime(at: Date): Buffer {
  const digits = at.toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return tlv(0x17, Buffer.from(`${digits}Z`));
}
