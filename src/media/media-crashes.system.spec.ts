import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createHash } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MediaView } from '#libs/contracts/media';
import { AccountRepository } from '#src/persistence/account.repository';
import { poolOf } from '#src/persistence/data-source';
import { MediaRepository } from '#src/persistence/media.repository';
import { DAY_MS, openMediaStage, RETENTION_DAYS } from '#test/support/media-stage';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { type Disk, realDisk } from './disk.js';
import { unlessGone } from './media-folder.js';
import type { MediaRows } from './media-rows.js';

let postgres: TestPostgres;
let database: Awaited<ReturnType<TestPostgres['openStore']>>;
let rows: MediaRepository;
beforeAll(async () => {
  postgres = await startTestPostgres();
  database = await postgres.openStore();
  rows = new MediaRepository(database);
});
afterAll(() => postgres.stop());

/** Disk and store of a process that stops for ever at its `at`th moment: before a step, after it, before the next … */
interface Doomed {
  readonly disk: Disk;
  readonly rows: MediaRows;
  readonly moments: () => number;
  readonly stopped: Promise<void>;
  release(): Promise<void>;
}

function doomed(at: number): Doomed {
  let moments = 0;
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const handles: FileHandle[] = [];
  const moment = (): Promise<void> | undefined => {
    moments += 1;
    if (moments < at) return undefined;
    stop();
    return new Promise(() => undefined);
  };
  const doom = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name, self) {
        const step: unknown = Reflect.get(target, name, self);
        if (typeof step !== 'function') return step;
        return async (...args: unknown[]) => {
          await moment();
          const answer: unknown = await Reflect.apply(step, target, args);
          if (name === 'open') handles.push(answer as FileHandle);
          await moment();
          return answer;
        };
      },
    });
  return {
    disk: doom(realDisk),
    rows: doom<MediaRows>(rows),
    moments: () => moments,
    stopped,
    release: async () => {
      for (const handle of handles) await handle.close().catch(() => undefined);
    },
  };
}

async function createAccount(): Promise<string> {
  const id = newId();
  await new AccountRepository(database).create({ id, label: 'x', provider: 'simulated', settings: {}, nodeId: 'n' });
  return id;
}
const contentOf = (text: string): Readable => Readable.from([Buffer.from(text)]);
const ABOUT = { origin: 'upload', mimeType: 'text/plain', filename: 'a.txt' } as const;

/** Keeps, adopts, takes back and tidies. Tells each file as soon as its keeper has answered, and each that it gives up. */
async function live(dir: string, accountId: string, { disk, rows }: Doomed, told: Map<string, string>): Promise<void> {
  const stage = openMediaStage({ dir, rows, disk });
  const keep = async (text: string): Promise<MediaView> => {
    const outcome = await stage.store.keep(accountId, contentOf(text), ABOUT);
    if (!outcome.ok) throw new Error(outcome.why);
    told.set(outcome.value.id, text);
    return outcome.value;
  };
  await keep('first');
  const path = await stage.store.incomingPath(newId());
  await writeFile(path, 'came in');
  const adopted = await stage.store.adopt(accountId, path, { mimeType: 'text/plain', filename: null });
  if (!adopted.ok) throw new Error(adopted.why);
  told.set(adopted.value.id, 'came in');
  const unwanted = await keep('unwanted');
  told.delete(unwanted.id);
  await stage.store.discard(unwanted.id);
  told.clear(); // from here on they may go
  stage.now += (RETENTION_DAYS + 1) * DAY_MS;
  await stage.tidy();
  stage.close();
}

async function filesIn(dir: string): Promise<readonly string[]> {
  const all = await readdir(dir, { recursive: true, withFileTypes: true }).catch(unlessGone([]));
  return all.filter((entry) => entry.isFile()).map(({ name }) => name);
}

async function showWhatIsLeft(dir: string, accountId: string, told: ReadonlyMap<string, string>): Promise<void> {
  const stage = openMediaStage({ dir, rows, now: Date.now() + 2 * DAY_MS });
  await stage.tidy();
  stage.close();
  const { rows: kept } = await poolOf(database).query<{ id: string; sha256: string }>(
    'SELECT id, sha256 FROM media WHERE account_id = $1',
    [accountId],
  );
  expect([...(await filesIn(dir))].sort()).toEqual(kept.map(({ id }) => id).sort());
  for (const { id, sha256 } of kept) {
    const bytes = await readFile(stage.folder.pathOf(id));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  }
  expect(kept.map(({ id }) => id)).toEqual(expect.arrayContaining([...told.keys()]));
}

async function crashAt(at: number): Promise<{ readonly crashed: boolean }> {
  const dir = await mkdtemp(join(tmpdir(), 'muster-media-'));
  const accountId = await createAccount();
  const told = new Map<string, string>();
  const process = doomed(at);
  try {
    const lived = live(join(dir, 'media'), accountId, process, told).then(() => true);
    const crashed = !(await Promise.race([lived, process.stopped.then(() => false)]));
    await process.release();
    await showWhatIsLeft(join(dir, 'media'), accountId, told);
    return { crashed };
  } finally {
    await rm(dir, { recursive: true });
  }
}

it('leaves, whenever the process stops, every row with its file, and no file without a row for longer than a day', async () => {
  let at = 1;
  while ((await crashAt(at)).crashed) at += 1;
  expect(at).toBeGreaterThan(60);
});
