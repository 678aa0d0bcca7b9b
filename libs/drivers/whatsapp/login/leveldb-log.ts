/**
 * How much of a LevelDB log is whole, by the format that never changed (doc/log_format.md): blocks of 32 kB; in them records
 * of a masked CRC-32C, a length and a type; what is larger than the rest of a block is cut into FIRST, MIDDLE and LAST.
 *
 * A disk that was full leaves half a record at the end. LevelDB overlooks that once, goes on writing behind it, and takes the
 * log for damaged the next time; Chromium then deletes the whole database, and with it the login.
 */
const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;
const [ZERO, FULL, FIRST, MIDDLE, LAST] = [0, 1, 2, 3, 4];

export interface LogLook {
  /** Up to here LevelDB reads what was written; from there on it would not. */
  readonly wholeBytes: number;
  /** What follows is only what a write left half done, not something that was written behind it. */
  readonly isTail: boolean;
}

export function lookAtLog(log: Uint8Array): LogLook {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  let wholeBytes = 0;
  let isInside = false;
  for (let at = 0; ; ) {
    const left = BLOCK_BYTES - (at % BLOCK_BYTES);
    if (left < HEADER_BYTES) {
      at += left;
      continue;
    }
    if (at + HEADER_BYTES > log.length) return { wholeBytes, isTail: true };
    const [length, type] = [view.getUint16(at + 4, true), view.getUint8(at + 6)];
    if (type === ZERO && length === 0) {
      at += left; // room that was never written to: LevelDB skips the rest of its block
      continue;
    }
    const end = at + HEADER_BYTES + length;
    if (end > log.length) return { wholeBytes, isTail: HEADER_BYTES + length <= left };
    const isSound = HEADER_BYTES + length <= left && view.getUint32(at, true) === maskedCrc(log.subarray(at + 6, end));
    const fits = isInside ? type === MIDDLE || type === LAST : type === FULL || type === FIRST;
    if (!isSound || !fits) return { wholeBytes, isTail: false };
    isInside = type === FIRST || type === MIDDLE;
    if (!isInside) wholeBytes = end;
    at = end;
  }
}

/** CRC-32C, rotated and shifted as LevelDB stores it. */
export function maskedCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});
