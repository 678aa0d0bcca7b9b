import type { PartView } from '#libs/contracts/supervision';
import type { NodeSupervision } from '#src/application/supervision.queries';
import type { BrowserWatch } from '#src/engines/browser-watch';
import type { EngineHosts } from '#src/engines/engine-hosts';
import { reportEngines } from '#src/engines/engines-report';
import { type PartReport, PartWatch } from '#src/observability/part-watch';
import type { EmbeddedPostgres } from '#src/persistence/embedded-postgres';
import { RESTARTS_MAX, RESTARTS_WINDOW_MS } from '#src/persistence/postgres-restarts';
import type { SnapshotRecorder } from '#src/persistence/snapshot-recorder';
import type { Accounts } from '#src/supervision/accounts';

/** Over the parts that are kept up for as long as the runtime runs. */
export class NodeWatches {
  readonly database = new PartWatch();
  readonly recorder = new PartWatch();
  readonly jobs = new PartWatch();
  readonly upkeep = new PartWatch();
  /** Null: not started yet, or the database is somebody else's. */
  postgres: EmbeddedPostgres | null = null;
}

export interface SupervisedNode {
  readonly watches: NodeWatches;
  readonly accounts: Accounts;
  readonly hosts: EngineHosts;
  readonly browsers: BrowserWatch;
  readonly recorder: SnapshotRecorder;
  readonly browserMbMax: number;
}

/** The tree of a node as it is at the moment of the call. Nothing is gathered before somebody asks. */
export function superviseNode(node: SupervisedNode): NodeSupervision {
  const { watches, accounts, hosts, browsers, recorder, browserMbMax } = node;
  return {
    report: () => ({
      parts: partsOf(watches, recorder),
      engines: reportEngines(hosts.report, browsers.last, browserMbMax),
      ...accounts.report(),
    }),
  };
}

function partsOf(watches: NodeWatches, recorder: SnapshotRecorder): PartView[] {
  const { postgres } = watches;
  const server: Partial<PartView> = postgres
    ? {
        kind: 'process',
        pid: postgres.pid,
        intensity: { restartsMax: RESTARTS_MAX, windowMs: RESTARTS_WINDOW_MS, used: postgres.restartsCounted },
      }
    : { kind: 'service' };
  return [
    partOf('database', watches.database.report, server),
    partOf('recorder', watches.recorder.report, { waiting: recorder.waiting() }),
    partOf('jobs', watches.jobs.report),
    partOf('upkeep', watches.upkeep.report),
  ];
}

function partOf(id: PartView['id'], { since, ...report }: PartReport, more: Partial<PartView> = {}): PartView {
  return {
    id,
    kind: 'worker',
    restart: 'permanent',
    ...report,
    since: new Date(since).toISOString(),
    intensity: null,
    pid: null,
    waiting: null,
    ...more,
  };
}
