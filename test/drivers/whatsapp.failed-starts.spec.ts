import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listTree } from '#libs/processes/process-table';
import { openWhatsappStage, WAIT_MS, type WhatsappStage } from './whatsapp-stage.js';

/** `FAILED_STARTS=34 npx vitest run test/drivers/whatsapp.failed-starts.spec.ts` makes 102. */
const STARTS = Number(process.env.FAILED_STARTS ?? 4);
const AT_ONCE_MAX = 4;
/** Of a launch that fails by itself at last: 3 tries, 3 s apart. */
const MS_A_START = 15_000;

const LOOKS_AT_REST = 10;

/** Browsers and puppeteer put their temporary folders where this says. */
const temporary = { folder: '', before: process.env.TMPDIR };

let exitsAtOnce: WhatsappStage;
let isRefused: WhatsappStage;
let neverBoots: WhatsappStage;

beforeAll(async () => {
  exitsAtOnce = await openWhatsappStage({ chromiumPath: '/bin/false' });
  isRefused = await openWhatsappStage({ chromiumArgs: ['--host-resolver-rules=MAP * 127.0.0.1:9'] });
  neverBoots = await openWhatsappStage();
  await neverBoots.control.setFault({ name: 'never_boots' });
  temporary.folder = join(exitsAtOnce.dataDir, 'temporary');
  mkdirSync(temporary.folder, { recursive: true });
  process.env.TMPDIR = temporary.folder;
});
afterAll(async () => {
  if (temporary.before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = temporary.before;
  await Promise.all([exitsAtOnce.end(), isRefused.end(), neverBoots.end()]);
});

async function failsToStart(stage: WhatsappStage): Promise<void> {
  const { accountId, witness } = stage.open();
  await witness.ended();
  expect(stage.remainsOf(accountId)).toEqual([]);
}

/** The page is there, and never gets on: its account gives up. Half of them by a close, half by force. */
async function isGivenUp(stage: WhatsappStage, turn: number): Promise<void> {
  const { accountId, witness } = stage.open();
  await expect.poll(() => stage.browsersOf(accountId).length, { timeout: WAIT_MS }).toBeGreaterThan(0);
  if (turn % 2 === 0) void witness.session.ask('close', {});
  else await witness.session.kill();
  await witness.ended();
  expect(stage.remainsOf(accountId)).toEqual([]);
}

async function failAll(count: number): Promise<void> {
  let turn = 0;
  const worker = async (): Promise<void> => {
    while (turn < count) {
      turn += 1;
      await failsToStart(exitsAtOnce);
      await failsToStart(isRefused);
      await isGivenUp(neverBoots, turn);
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, AT_ONCE_MAX) }, worker));
}

function held(): object {
  const listeners = process.eventNames().map((name) => [String(name), process.listenerCount(name)] as const);
  const resources = process.getActiveResourcesInfo().filter((name) => !/Timeout|Immediate|FSReq|TCP/.test(name));
  return {
    descriptors: readdirSync('/proc/self/fd').filter((fd) => Number(fd) > 2).length,
    processes: listTree([process.pid]).length,
    temporary: readdirSync(temporary.folder),
    listeners: Object.fromEntries(listeners),
    resources: resources.toSorted(),
  };
}

/** As soon as it has stayed the same for a second: the stand-in's ends of lines to a dead browser close a moment later. */
async function heldAtRest(): Promise<object> {
  const seen: object[] = [];
  const isAtRest = (): boolean => {
    seen.push(held());
    const last = seen.slice(-LOOKS_AT_REST);
    return last.length === LOOKS_AT_REST && last.every((one) => isDeepStrictEqual(one, last[0]));
  };
  await expect.poll(isAtRest, { timeout: WAIT_MS, interval: 100 }).toBe(true);
  return seen.at(-1)!;
}

it(
  `leaves nothing behind after ${3 * STARTS} starts that failed in three ways`,
  { timeout: 60_000 + STARTS * MS_A_START },
  async () => {
    await failAll(1); // what is made once: the library, the first connection to the stand-in
    const before = await heldAtRest();
    await failAll(STARTS);
    await expect.poll(held, { timeout: WAIT_MS }).toEqual(before);
  },
);
