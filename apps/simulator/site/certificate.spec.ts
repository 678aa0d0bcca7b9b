import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openCertificate } from './certificate.js';

const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
afterAll(() => rmSync(folder, { recursive: true }));
const now = new Date('2030-05-06T07:08:09Z');

it('is a certificate that signs itself for its host, and names its SPKI', () => {
  const { cert, spki } = openCertificate(folder, 'web.whatsapp.com', now);
  const read = new X509Certificate(cert);
  expect(read.checkHost('web.whatsapp.com')).toBe('web.whatsapp.com');
  expect(read.verify(read.publicKey)).toBe(true);
  expect([new Date(read.validFrom), new Date(read.validTo)]).toEqual([
    new Date('2030-05-05T07:08:09Z'),
    new Date('2040-05-03T07:08:09Z'),
  ]);
  const der = read.publicKey.export({ type: 'spki', format: 'der' });
  expect(spki).toBe(createHash('sha256').update(der).digest('base64'));
});

it('stays the same in its folder, so that a restart needs no new browser flags', () => {
  expect(openCertificate(folder, 'web.whatsapp.com', new Date())).toEqual(
    openCertificate(folder, 'web.whatsapp.com', now),
  );
});
