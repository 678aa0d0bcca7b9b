import { v7 as newId } from 'uuid';
import { type DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOON } from '#test/support/account-entries';
import { startTestPostgres, type TestPostgres } from '#test/support/postgres';
import { AccountRepository } from './account.repository.js';
import { poolOf } from './data-source.js';
import { MediaRepository, type NewMedia } from './media.repository.js';

let postgres: TestPostgres;
let store: DataSource;
let media: MediaRepository;
let account: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
  store = await postgres.openStore();
  media = new MediaRepository(store);
  account = await createAccount();
});
afterAll(() => postgres.stop());

const DAY_MS = 86_400_000;
async function createAccount(): Promise<string> {
  const id = newId();
  await new AccountRepository(store).create({ id, label: 'x', provider: 'simulated', settings: {}, nodeId: 'n' });
  return id;
}
const fileOf = (more: Partial<NewMedia> = {}): NewMedia => ({
  id: newId(),
  accountId: account,
  origin: 'upload',
  mimeType: 'image/png',
  filename: 'a.png',
  bytes: 5_000_000_000,
  sha256: 'ab',
  createdAt: NOON,
  expiresAt: NOON + DAY_MS,
  ...more,
});
async function insert(more: Partial<NewMedia> = {}): Promise<string> {
  const file = fileOf(more);
  expect(await media.insert(file)).not.toBeNull();
  return file.id;
}
/** As the outbox has it, or has had it. */
async function attach(mediaId: string, pending: boolean): Promise<void> {
  await poolOf(store).query(
    `INSERT INTO message (id, account_id, direction, recipient, chat_id, status, pending, tries, created_at, kind, media_id, media_state)
    VALUES ($1, $2, 'out', 'x', 'x', $3, $4, 0, now(), 'image', $5, 'stored')`,
    [newId(), account, pending ? 'queued' : 'sent', pending, mediaId],
  );
}

describe('a file’s row', () => {
  it('tells what was told', async () => {
    const file = fileOf({ filename: 'a\0b', mimeType: 'text/plain' });
    const stored = await media.insert(file);
    expect(stored).toEqual({
      id: file.id,
      accountId: account,
      origin: 'upload',
      mimeType: 'text/plain',
      filename: 'a\ufffdb',
      bytes: 5_000_000_000,
      sha256: 'ab',
      createdAt: '2026-01-02T12:00:00.000Z',
      expiresAt: '2026-01-03T12:00:00.000Z',
    });
    expect(await media.find(file.id, NOON)).toEqual(stored);
    expect(await media.findAny(file.id)).toEqual(stored);
    expect(await media.findAny(newId())).toBeNull();
  });

  it('is not found after its time, nor with its account', async () => {
    const id = await insert();
    expect(await media.find(id, NOON + DAY_MS)).toBeNull();
    const other = await createAccount();
    const theirs = await insert({ accountId: other });
    await new AccountRepository(store).markDeleted(other);
    expect(await media.find(theirs, NOON)).toBeNull();
    expect(await media.insert(fileOf({ accountId: other }))).toBeNull();
    expect(await media.insert(fileOf({ accountId: newId() }))).toBeNull();
  });

  it('goes with its account', async () => {
    const other = await createAccount();
    const theirs = await insert({ accountId: other });
    await new AccountRepository(store).markDeleted(other);
    await poolOf(store).query(`UPDATE account SET deleted_at = now() - interval '40 days' WHERE id = $1`, [other]);
    await new AccountRepository(store).purgeDeleted(30);
    expect(await media.findAny(theirs)).toBeNull();
  });

  it('is used by its own account only, and stays longer by it, never shorter', async () => {
    const id = await insert();
    expect(await media.use(newId(), id, NOON, NOON)).toBeNull();
    expect((await media.use(account, id, NOON, NOON + 1))?.expiresAt).toBe('2026-01-03T12:00:00.000Z');
    expect((await media.use(account, id, NOON, NOON + 2 * DAY_MS))?.expiresAt).toBe('2026-01-04T12:00:00.000Z');
    expect(await media.use(account, id, NOON + 2 * DAY_MS, NOON)).toBeNull();
  });
});

describe('what was kept long enough', () => {
  it('goes, and messages that carried it stay; but not while a message with it waits', async () => {
    const [old, sent, waiting, young] = [
      await insert(),
      await insert(),
      await insert(),
      await insert({ expiresAt: NOON + 3 * DAY_MS }),
    ];
    await attach(sent, false);
    await attach(waiting, true);
    const removed = await media.removeExpired(NOON + 2 * DAY_MS, 100);
    expect(removed).toEqual(expect.arrayContaining([old, sent]));
    expect(removed).not.toEqual(expect.arrayContaining([waiting]));
    expect(removed).not.toEqual(expect.arrayContaining([young]));
    expect(await media.known([old, sent, waiting, young])).toEqual(new Set([waiting, young]));
    const { rows } = await poolOf(store).query(`SELECT media_id FROM message WHERE status = 'sent' AND kind = 'image'`);
    expect(rows).toEqual([{ media_id: null }]);
  });

  it('goes so many at a time', async () => {
    await Promise.all([insert(), insert(), insert()]);
    expect(await media.removeExpired(NOON + 2 * DAY_MS, 2)).toHaveLength(2);
  });

  it('stays when somebody uses it at the very moment', async () => {
    const id = await insert();
    const user = await poolOf(store).connect();
    await user.query('BEGIN');
    await user.query(`UPDATE media SET expires_at = to_timestamp($2::float8 / 1000) WHERE id = $1`, [
      id,
      NOON + 9 * DAY_MS,
    ]);
    const removing = media.removeExpired(NOON + 2 * DAY_MS, 1_000);
    await expect
      .poll(async () => {
        const { rows } = await poolOf(store).query(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`);
        return rows.length;
      })
      .toBeGreaterThan(0);
    await user.query('COMMIT');
    user.release();
    expect(await removing).not.toContain(id);
    expect(await media.findAny(id)).not.toBeNull();
  });
});

it('is taken back unless a message names it', async () => {
  const [unwanted, named] = [await insert(), await insert()];
  await attach(named, false);
  expect([await media.removeUnused(unwanted), await media.removeUnused(unwanted)]).toEqual([true, false]);
  expect(await media.removeUnused(named)).toBe(false);
});

it('counts all', async () => {
  const before = await media.figures();
  await insert({ bytes: 7 });
  expect(await media.figures()).toEqual({ files: before.files + 1, bytes: before.bytes + 7 });
});
