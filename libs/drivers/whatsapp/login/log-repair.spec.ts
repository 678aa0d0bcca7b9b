import { appendFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { maskedCrc } from './leveldb-log.js';
import { repairStores } from './log-repair.js';

let path: string;
let warned: string[];
const log = {
  debug: () => {},
  info: () => {},
  warn: (_: object, text: string) => void warned.push(text),
  error: () => {},
};

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'log-repair-'));
  warned = [];
});
afterEach(() => rm(path, { recursive: true }));

const LOCAL = 'Default/Local Storage/leveldb/000003.log';
const INDEXED = 'Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.leveldb/000003.log';

/** A record of LevelDB, in one piece. */
function record(text: string): Buffer {
  const bytes = Buffer.alloc(7 + text.length, 0);
  bytes.writeUInt16LE(text.length, 4);
  bytes.writeUInt8(1, 6);
  bytes.write(text, 7);
  bytes.writeUInt32LE(maskedCrc(bytes.subarray(6)), 0);
  return bytes;
}

async function put(file: string, content: Buffer): Promise<string> {
  const whole = join(path, file);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, content);
  return whole;
}

it.each([LOCAL, INDEXED])('cuts off the unfinished end of %s, and nothing else', async (file) => {
  const kept = record('the login');
  const at = await put(file, kept);
  await repairStores({ path, name: 'a' }, log);
  expect(warned).toEqual([]);
  await appendFile(at, record('half').subarray(0, 9));
  await repairStores({ path, name: 'a' }, log);
  expect(await readFile(at)).toEqual(kept);
  expect(warned).toEqual(['what a full disk left half written was cut off']);
});

it('keeps of IndexedDB what was written before the damage, and leaves the local storage to the browser', async () => {
  const spoilt = Buffer.concat([record('the login'), record('half').subarray(0, 9), record('behind it')]);
  const [local, indexed] = [await put(LOCAL, spoilt), await put(INDEXED, spoilt)];
  await repairStores({ path, name: 'a' }, log);
  expect(await readFile(indexed)).toEqual(record('the login'));
  expect(await readFile(local)).toEqual(spoilt);
});

it('touches no other file, and a profile that is not there is no trouble', async () => {
  const table = await put(`${dirname(INDEXED)}/000005.ldb`, Buffer.from('no log'));
  await repairStores({ path, name: 'a' }, log);
  await repairStores({ path: join(path, 'nowhere'), name: 'a' }, log);
  expect((await stat(table)).size).toBe(6);
  expect(warned).toEqual([]);
});
