import type { Pool, PoolClient } from 'pg';
import { type DataSource, EntityManager, type QueryRunner } from 'typeorm';
import { poolOf } from '#src/persistence/data-source';

/** What the store does to the next statement, or the next of a kind. Its caller hears of a broken connection. */
export interface Stumble {
  readonly loses: 'a statement' | 'an answer';
  readonly of: string | null;
}

/** Has a statement done, when its turn comes; answers when the answer's turn comes. */
export type HoldStatement = <T>(what: string, ask: () => Promise<T>) => Promise<T>;

/**
 * The same real store, each of whose statements passes by `hold` on its way there and back: those for the pool, and those
 * that TypeORM makes. A connection is held only while Postgres works, so statements may wait as long as they like.
 */
export function holdStore(real: DataSource, hold: HoldStatement): DataSource {
  const pool = poolOf(real);
  const query = (statement: string | { readonly name?: string; readonly text: string }, values?: unknown[]) => {
    const text = typeof statement === 'string' ? statement : (statement.name ?? statement.text);
    return hold(shortOf(text), () => pool.query(statement as string, values) as Promise<unknown>);
  };
  const connect = (told: Told): void => holdChange(pool, told, hold);
  const master = { query, connect } as unknown as Pool;
  const store = Object.create(real, {
    driver: { value: Object.create(real.driver, { master: { value: master } }) as unknown },
    createQueryRunner: { value: (mode?: 'master' | 'slave') => holdRunner(real, mode, hold) },
  }) as DataSource;
  Object.defineProperty(store, 'manager', { value: new EntityManager(store) });
  return store;
}

type Told = (error: Error | undefined, client?: PoolClient) => void;

/**
 * A change of several statements passes as one: were each held, one that waits for its turn would keep others out by its
 * locks. Races know one such change, the deletion of an account, and name it by what it does.
 */
function holdChange(pool: Pool, told: Told, hold: HoldStatement): void {
  const passed: Promise<unknown> = hold(
    'update account',
    () =>
      new Promise<void>((over, fail) => {
        pool.connect((error, client) => {
          if (client)
            return told(
              undefined,
              changeOn(client, over, () => passed),
            );
          fail(error ?? new Error('the pool gave no connection'));
        });
      }),
  );
  passed.catch((error: unknown) => told(error as Error)); // nobody listens any more when only its answer was lost
}

/** The connection is given back with the last statement; what the commit answers comes when its turn comes. */
function changeOn(client: PoolClient, over: () => void, passed: () => Promise<unknown>): PoolClient {
  let isOver = false;
  const end = (): void => {
    if (!isOver) client.release();
    isOver = true;
    over();
  };
  const query = async (statement: string | { readonly text: string }, values?: unknown[]): Promise<unknown> => {
    if (isOver) return undefined; // the answer of the commit was lost: there is nothing left to take back
    const answer: unknown = await client.query(statement as string, values);
    if (statement === 'COMMIT' || statement === 'ROLLBACK') end();
    if (statement === 'COMMIT') await passed();
    return answer;
  };
  return Object.create(client, { query: { value: query }, release: { value: end } }) as PoolClient;
}

/** Each statement has a real runner of its own, given back before the answer waits for its turn. */
function holdRunner(real: DataSource, mode: 'master' | 'slave' | undefined, hold: HoldStatement): QueryRunner {
  const query = (text: string, values?: unknown[], structured?: boolean) =>
    hold(shortOf(text), async () => {
      const runner = real.createQueryRunner(mode);
      try {
        return (await runner.query(text, values, structured as true)) as unknown;
      } finally {
        await runner.release();
      }
    });
  const release = (): Promise<void> => Promise.resolve();
  return Object.create(real.createQueryRunner(mode), {
    query: { value: query },
    release: { value: release },
  }) as QueryRunner;
}

/** A prepared statement by its name, any other by what it does to which table. */
function shortOf(text: string): string {
  if (!/\s/.test(text.trim())) return text;
  const [, verb, table] =
    /\b(INSERT INTO|UPDATE|DELETE FROM|FROM)\s+"?(\w+)"?/i.exec(text.replace(/FROM unnest/gi, '')) ?? [];
  return verb === undefined ? text.trim().slice(0, 40) : `${verb.toLowerCase()} ${table}`;
}
