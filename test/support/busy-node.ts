import type { SupervisionView, TroubledAccount } from '#libs/contracts/supervision';
import { QUIET_NODE } from './quiet-node.js';

const account = (n: number): string => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** A node at a bad moment, with everything that the tree can show. */
export function busyNode(nowMs: number): SupervisionView {
  const time: Time = (seconds) => new Date(nowMs + seconds * 1_000).toISOString();
  return {
    ...{ node: account(0), pid: 4_700, at: time(0), since: time(-90_000), phase: 'running' },
    parts: partsAt(time),
    engines: enginesAt(time),
    branches: BRANCHES,
    launches: [
      {
        provider: 'whatsapp',
        slots: { max: 3, used: 2, waiting: 4 },
        brake: {
          ...{ on: true, since: time(-40), failed: 9, held: 7, scouts: 2, nextScoutAt: time(21) },
          ...{ shareMax: 0.2, failedMin: 3, windowMs: 60_000 },
        },
      },
    ],
    accounts: {
      total: 41,
      byStatus: { DISCONNECTED: 2, CONNECTING: 8, QR_READY: 0, AUTHENTICATING: 0, CONNECTED: 30, FAILED: 1 },
      troubled: troubledAt(time),
      troubledLeftOut: 12,
    },
  };
}

type Time = (seconds: number) => string;

function partsAt(time: Time): SupervisionView['parts'] {
  return [
    {
      ...{ id: 'database', kind: 'process', restart: 'permanent', state: 'running', since: time(-95), restarts: 2 },
      ...{ intensity: { restartsMax: 5, windowMs: 60_000, used: 2 }, reason: 'SIGKILL', pid: 4_701, waiting: null },
    },
    {
      ...{ id: 'recorder', kind: 'worker', restart: 'permanent', state: 'waiting', since: time(-4), restarts: 0 },
      ...{ intensity: null, reason: 'ECONNREFUSED', pid: null, waiting: 37 },
    },
  ];
}

function enginesAt(time: Time): SupervisionView['engines'] {
  const browser = (n: number, memoryMb: number) => ({
    accountId: account(n),
    browser: { pid: 4_800 + n, memoryMb, cpuPercent: 1.3, processes: 6 },
  });
  const starting = [{ accountId: account(3), browser: null }];
  return {
    ...QUIET_NODE.engines,
    ...{ measuredAt: time(-5), lost: 1, lastLost: { pid: 4_711, at: time(-70), reason: 'SIGKILL' } },
    hosts: [
      {
        pid: 4_750,
        state: 'running',
        since: time(-7_600),
        memoryMb: 71,
        accounts: [browser(1, 212), browser(2, 1_130)],
      },
      { pid: 5_190, state: 'starting', since: time(-2), memoryMb: null, accounts: starting },
    ],
  };
}

function troubledAt(time: Time): TroubledAccount[] {
  const crash = { code: 'page_crashed', class: 'crash', at: time(-20) } as const;
  const troubled = (n: number, more: Partial<TroubledAccount>): TroubledAccount => ({
    ...{ accountId: account(n), provider: 'whatsapp', detail: 'CONNECTED.online', trouble: 'shaken' },
    ...{
      since: time(-300),
      incarnation: 4,
      restarts: 2,
      crashes: 1,
      actorCrashes: 0,
      nextAttemptAt: null,
      reason: crash,
    },
    ...more,
  });
  return [
    troubled(4, { trouble: 'failed', detail: 'FAILED.idle', crashes: 0, since: time(-86_400) }),
    troubled(5, { trouble: 'broken', actorCrashes: 2, nextAttemptAt: time(3) }),
    troubled(1, { trouble: 'held', detail: 'CONNECTING.queued' }),
    troubled(2, { trouble: 'backing_off', detail: 'CONNECTING.backingOff', crashes: 4, nextAttemptAt: time(14) }),
    troubled(3, {}),
  ];
}

const BRANCHES: SupervisionView['branches'] = [
  {
    ...{ id: 'sessions', strategy: 'one_for_one', restart: 'transient', shaken: 3 },
    intensity: { restartsMax: 5, windowMs: 600_000, used: 4 },
    backoff: { firstMs: 1_000, msMax: 60_000, resetAfterMs: 120_000 },
    children: { running: 31, stopping: 1, waiting: 0, down: 9 },
  },
  {
    ...{ id: 'accounts', strategy: 'one_for_one', restart: 'transient', shaken: 1 },
    intensity: { restartsMax: 3, windowMs: 60_000, used: 2 },
    backoff: { firstMs: 1_000, msMax: 60_000, resetAfterMs: 60_000 },
    children: { running: 40, stopping: 0, waiting: 0, down: 1 },
  },
];
