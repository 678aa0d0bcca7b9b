import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { LogPage, LogQuery } from '#src/events/event-log';
import { poolOf } from '#src/persistence/data-source';
import { EventLogRepository } from '#src/persistence/event-log.repository';
import { startTestPostgres, type TestPostgres } from './postgres.js';

/** A log in a database of its own for each test, with writers whose transactions are under way. */
export interface LogStage {
  postgres: TestPostgres;
  store: DataSource;
  log: EventLogRepository;
  write(told: string, by?: Pick<Client, 'query'>, accountId?: string | null): Promise<unknown>;
  /** A transaction of its own, which is under way until the test ends it, or its end does. */
  begin(): Promise<Client>;
}

export function createLogStage(): LogStage {
  const writers: Client[] = [];
  const stage = {
    write: (told, by = poolOf(stage.store), accountId = null) =>
      by.query(
        `INSERT INTO event (account_id, name, data) VALUES ($1, 'account.updated', json_build_object('told', $2::text))`,
        [accountId, told],
      ),
    async begin() {
      const writer = new Client({ connectionString: (stage.store.options as { readonly url: string }).url });
      writer.on('error', () => undefined); // a test may kill the server
      writers.push(writer);
      await writer.connect();
      await writer.query('BEGIN');
      return writer;
    },
  } as LogStage;
  beforeAll(async () => {
    stage.postgres = await startTestPostgres();
  });
  afterAll(() => stage.postgres.stop());
  beforeEach(async () => {
    stage.store = await stage.postgres.openStore();
    stage.log = new EventLogRepository(stage.store);
    return () => Promise.all(writers.splice(0).map((writer) => writer.end().catch(() => undefined)));
  });
  return stage;
}

export const all: LogQuery = { after: null, limit: 1_000, patienceMs: 5_000 };
export const impatient: LogQuery = { ...all, patienceMs: 0 };
export const toldIn = (page: LogPage | null): readonly string[] | undefined =>
  page?.events.map(({ data }) => data['told'] as string);
