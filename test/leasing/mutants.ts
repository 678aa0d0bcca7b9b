import { expect } from 'vitest';
import { type TestPostgres } from '#test/support/postgres';
import { type LeaseStage, openLeaseStage, type PatchedSql } from './lease-stage.js';

/** Who come at once. */
export const CALLERS = 24;
/** One for each of them, one to hold them back with, and some to look on: else they meet before the pool, not in the database. */
const CONNECTIONS_MAX = CALLERS + 4;
export const SOON = { timeout: 30_000, interval: 5 };
/** A race that is there is lost in one try of two, on some machines in one of ten; what was needed is told. */
const TRIES_MAX = 100;
/** Without the bug. */
const TRIES_OF_HEALTHY = 6;

/** The statement with a bug in it. That the text to replace is there is part of it. */
export function patched<S extends { readonly name: string; readonly text: string }>(
  sql: S,
  from: string,
  to: string,
): S {
  if (!sql.text.includes(from)) throw new Error(`${sql.name} has no ${from}`);
  return { ...sql, text: sql.text.replaceAll(from, to) };
}

export const atOnce = <T>(work: (n: number) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(Array.from({ length: CALLERS }, (_, n) => work(n)));

/** Lets all callers into the database at once. */
export const widen = ({ pool }: LeaseStage): unknown => Object.assign(pool.options, { max: CONNECTIONS_MAX });

/** How a schedule ends with the bug, and how without it, by the real statements or by these. */
export async function both(
  postgres: TestPostgres,
  accounts: number,
  bug: PatchedSql,
  play: (stage: LeaseStage, triesMax: number) => Promise<unknown>,
  healthy: PatchedSql = {},
): Promise<readonly unknown[]> {
  const ends: unknown[] = [];
  for (const [statements, triesMax] of [[bug, TRIES_MAX] as const, [healthy, TRIES_OF_HEALTHY] as const]) {
    const stage = await openLeaseStage(postgres, accounts, statements);
    widen(stage);
    try {
      ends.push(await play(stage, triesMax));
    } finally {
      await stage.store.destroy();
    }
  }
  return ends;
}

/** Until something is wrong; at most so often. */
export async function untilWrong(
  stage: LeaseStage,
  triesMax: number,
  play: () => Promise<readonly string[]>,
): Promise<number | 'never'> {
  for (let tries = 1; tries <= triesMax; tries += 1) {
    await stage.forget();
    if ((await play()).length > 0) return tries;
  }
  return 'never';
}

/** How many statements of this database wait for a lock, or for one of this kind. */
export async function waiting({ pool }: LeaseStage, kind: string | null = null): Promise<number> {
  const text = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
    AND ($1::text IS NULL OR wait_event = $1::text)`;
  return (await pool.query(text, [kind])).rowCount ?? 0;
}

/** Resolves when somebody waits so. */
export async function someoneWaits(stage: LeaseStage, kind: string | null = null): Promise<string> {
  await expect.poll(() => waiting(stage, kind), SOON).toBeGreaterThan(0);
  return 'waits';
}
