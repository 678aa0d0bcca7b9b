import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lookAtLog, maskedCrc } from './leveldb-log.js';

const BLOCK = 32_768;
const [FULL, FIRST, MIDDLE, LAST] = [1, 2, 3, 4];

/** As LevelDB writes, behind what is there already. Answers where each of them ends, too. */
function write(texts: readonly Uint8Array[], before: Uint8Array = new Uint8Array()) {
  const parts: Uint8Array[] = [before];
  let at = before.length;
  const put = (part: Uint8Array): void => {
    parts.push(part);
    at += part.length;
  };
  const ends = texts.map((text) => {
    for (let from = 0, isFirst = true; ; isFirst = false) {
      if (BLOCK - (at % BLOCK) < 7) put(new Uint8Array(BLOCK - (at % BLOCK)));
      const piece = text.subarray(from, from + BLOCK - (at % BLOCK) - 7);
      from += piece.length;
      const isLast = from === text.length;
      put(record(piece, isFirst ? (isLast ? FULL : FIRST) : isLast ? LAST : MIDDLE));
      if (isLast) return at;
    }
  });
  return { log: Uint8Array.from(Buffer.concat(parts)), ends };
}

function record(piece: Uint8Array, type: number): Uint8Array {
  const bytes = Buffer.alloc(7 + piece.length);
  bytes.writeUInt16LE(piece.length, 4);
  bytes.writeUInt8(type, 6);
  bytes.set(piece, 7);
  bytes.writeUInt32LE(maskedCrc(bytes.subarray(6)), 0);
  return bytes;
}

const texts = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 0, max: 255 }))
    .map(([length, fill]) => new Uint8Array(length).fill(fill)),
  { minLength: 1, maxLength: 6 },
);

it('knows the checksum', () => {
  // From LevelDB's own tests: CRC-32C of 32 zeros is 8a9136aa; masked by its rule.
  const crc = 0x8a9136aa;
  expect(maskedCrc(new Uint8Array(32))).toBe((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
});

it('finds a log whole that is whole, also one that goes on where a cut one ended', () => {
  fc.assert(
    fc.property(texts, texts, fc.nat(), (some, more, cutAt) => {
      const { log } = write(some);
      expect(lookAtLog(log)).toEqual({ wholeBytes: log.length, isTail: true });
      const half = log.subarray(0, cutAt % (log.length + 1));
      const again = write(more, half.subarray(0, lookAtLog(half).wholeBytes)).log;
      expect(lookAtLog(again).wholeBytes).toBe(again.length);
    }),
  );
});

it('finds the end of the last whole record, wherever a write broke off', () => {
  fc.assert(
    fc.property(texts, fc.nat(), (some, cutAt) => {
      const { log, ends } = write(some);
      const length = cutAt % (log.length + 1);
      const wholeBytes = [0, ...ends].findLast((end) => end <= length)!;
      expect(lookAtLog(log.subarray(0, length))).toEqual({ wholeBytes, isTail: true });
    }),
  );
});

it('sees what was written behind half a record, and that it is no unfinished end', () => {
  const [first, half] = [write([new Uint8Array(100).fill(1)]).log, record(new Uint8Array(75).fill(2), FULL)];
  const spoilt = write(
    [new Uint8Array(50).fill(3), new Uint8Array(60).fill(4)],
    Buffer.concat([first, half.subarray(0, 40)]),
  ).log;
  expect(lookAtLog(spoilt)).toEqual({ wholeBytes: first.length, isTail: false });
});

it('takes room that was never written to for an unfinished end', () => {
  const { log } = write([new Uint8Array(100).fill(1)]);
  expect(lookAtLog(Buffer.concat([log, Buffer.alloc(500)]))).toEqual({ wholeBytes: log.length, isTail: true });
});
