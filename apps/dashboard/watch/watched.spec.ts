import { describe, expect, it } from 'vitest';
import type { InspectionEvent } from '#libs/contracts/inspection';
import {
  carriedBy,
  NOTHING_WATCHED,
  ordersOf,
  ROWS_KEPT_MAX,
  visibleRows,
  type Watched,
  withInspection,
} from './watched.js';

const at = '2026-01-01T00:00:00.000Z';
const step = (changed: boolean): InspectionEvent => ({
  ...{ event: 'inspection.step', accountId: 'a', at },
  data: {
    event: { type: 'driver.waiting', at, on: 'site' },
    ...{ from: 'CONNECTING.launching', to: 'CONNECTING.launching', changed, orders: [], seq: null, incarnation: 1 },
    ...{ context: {}, commitMs: 2, waiting: 0 },
  },
});
const mail: InspectionEvent = {
  ...{ event: 'inspection.mail', accountId: 'a', at },
  data: { kind: 'fact', name: 'driver.waiting', waiting: 3 },
};
const after = (...events: readonly InspectionEvent[]): Watched => events.reduce(withInspection, NOTHING_WATCHED);

describe('a machine that is watched', () => {
  it('shows each step, newest first, and how much mail waits', () => {
    const watched = after(step(true), step(false), mail);
    expect(watched.rows.map((row) => row.is === 'step' && row.step.changed)).toEqual([false, true]);
    expect(watched).toMatchObject({ waiting: 3, told: 3 });
  });

  it('keeps no more than anybody reads, each under a key of its own', () => {
    const { rows } = after(...Array.from({ length: ROWS_KEPT_MAX + 5 }, () => step(true)));
    expect(rows).toHaveLength(ROWS_KEPT_MAX);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(ROWS_KEPT_MAX);
  });

  it('leaves out what changed nothing, when that is wished', () => {
    expect(visibleRows(after(step(true), step(false)), true)).toHaveLength(1);
  });

  it('tells of a login that it is discarded only when it is', () => {
    const told = (login: string) => {
      const { data } = step(true) as Extract<InspectionEvent, { event: 'inspection.step' }>;
      return ordersOf({ ...data, orders: ['closeSession', 'discardLogin'], context: { login } });
    };
    expect(told('saved')).toEqual(['closeSession']);
    expect(told('discarding')).toEqual(['closeSession', 'discardLogin']);
  });

  it('tells what an event carried', () => {
    expect(carriedBy({ type: 'driver.qr', at, attempt: 2 })).toBe('{"attempt":2}');
    expect(carriedBy({ type: 'launch.granted', at })).toBe('');
  });
});
