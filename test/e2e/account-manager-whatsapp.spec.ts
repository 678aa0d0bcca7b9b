import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setStage, type WhatsappStage } from '#test/support/whatsapp-stage';
import { ASK, ledgerOf, oldClient, playOldScript } from './old-client.js';

const PHONE = '+491700000001';
let stage: WhatsappStage;
let id: string;
beforeAll(async () => {
  stage = await setStage();
  id = await stage.create('sales');
  await stage.pair(id, PHONE);
});
afterAll(async () => stage[Symbol.asyncDispose]());

const client = oldClient(() => stage.runtime.url);

/** As if its rest were over: the account manager knows no clock but the database’s. */
async function endRest(): Promise<void> {
  const folder = join(stage.runtime.dataDir, 'postgres');
  const password = (await readFile(join(folder, 'password'), 'utf8')).trim();
  const port = Number((await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[3]);
  const database = new Client({ host: '127.0.0.1', port, user: 'muster', password, database: 'postgres' });
  await database.connect();
  await database.query('UPDATE account_slot SET cooling_until = clock_timestamp()');
  await database.end();
}

describe('a service that knows nothing but the table, and a WhatsApp account in a real browser', () => {
  it('allocates, asks how the account is, invites five, errs, releases, and sees it recover', async () => {
    expect(await playOldScript(client, [PHONE])).toBe(id);
  });

  it('gets it again after its rest, when its page has answered something harmless', async () => {
    expect(await client.call('POST', '/allocate', ASK)).toMatchObject({ status: 409 });
    await endRest();
    expect(await client.post('/allocate', ASK)).toMatchObject({ account_id: id, phone: PHONE, fence: 2 });
    const lines = await ledgerOf(client, id);
    expect(lines.slice(-3)).toEqual(['lease offered', 'error recovered', 'lease accepted']);
    expect(await client.get('/stats/recovery')).toMatchObject({ cooling: [], recovered_today: { count: 1 } });
  });
});
