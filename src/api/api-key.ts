import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Does the caller show one of these keys? */
export function createKeyCheck(keys: readonly string[]): (headers: IncomingHttpHeaders) => boolean {
  const digests = keys.map(digest);
  return (headers) => {
    const shown = digest(shownKey(headers) ?? '');
    // All are compared, each in constant time: how long it takes tells nothing of how near a guess was.
    return digests.map((known) => timingSafeEqual(known, shown)).includes(true);
  };
}

function shownKey({ 'x-api-key': apiKey, authorization }: IncomingHttpHeaders): string | null {
  if (typeof apiKey === 'string') return apiKey;
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? null;
}

/** Equal lengths, as the comparison needs them. */
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
