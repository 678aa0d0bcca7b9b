/** Both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * What a Range header asks for (RFC 9110, section 14) of something so long. Null: all of it, as for a header that makes no
 * sense, and for several ranges at once, which a server may answer so and which nobody needs for a file.
 */
export function readRange(header: string | undefined, bytes: number): ByteRange | 'unsatisfiable' | null {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '') ?? [];
  if (from === '' && to === '') return null;
  if (from === '') return lastBytes(Number(to), bytes);
  const first = Number(from);
  const last = to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (to !== '' && Number(to) < first) return null;
  return first >= bytes ? 'unsatisfiable' : { first, last };
}

function lastBytes(wanted: number, bytes: number): ByteRange | 'unsatisfiable' {
  if (wanted === 0 || bytes === 0) return 'unsatisfiable';
  return { first: Math.max(0, bytes - wanted), last: bytes - 1 };
}
