import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { v7 as newId } from 'uuid';

/** Settings as a version stored them that took whatever it was given. The account's next session opens with them after a restart. */
export async function storeSettings(dataDir: string, accountId: string, settings: object): Promise<void> {
  await change(dataDir, 'UPDATE account SET settings = $2 WHERE id = $1', [accountId, settings]);
}

/** An account as such a version created it, beside one that is there; no actor has read it yet. Answers its id. */
export async function storeAccount(dataDir: string, beside: string, settings: object): Promise<string> {
  const id = newId();
  await change(dataDir, CREATE, [id, settings, beside]);
  return id;
}

const CREATE = `
WITH made AS (
  INSERT INTO account (id, label, provider, settings, created_at, updated_at)
  SELECT $1::uuid, label, provider, $2::jsonb, now(), now() FROM account WHERE id = $3::uuid
)
INSERT INTO account_ownership (account_id, node_id, epoch)
SELECT $1::uuid, node_id, 0 FROM account_ownership WHERE account_id = $3::uuid`;

/** In the embedded database of a runtime that runs. The fourth line of postmaster.pid is its port. */
async function change(dataDir: string, statement: string, values: readonly unknown[]): Promise<void> {
  const folder = join(dataDir, 'postgres');
  const password = (await readFile(join(folder, 'password'), 'utf8')).trim();
  const port = Number((await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[3]);
  const database = new Client({ host: '127.0.0.1', port, user: 'muster', password, database: 'postgres' });
  await database.connect();
  try {
    await database.query(statement, [...values]);
  } finally {
    await database.end();
  }
}
