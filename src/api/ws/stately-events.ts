import type { InspectionData, InspectionEvent } from '#libs/contracts/inspection';

/**
 * What Stately’s inspector understands: the three messages of `@statelyai/inspect` 0.7, each a JSON text of its own. We speak
 * them ourselves: the package’s inspector takes live actors of XState, of which there are none here, and sends no machine
 * for any other; and it brings six packages. A spec holds these to its types and reads them with its receiver.
 */
export type StatelyEvent = StatelyBase &
  (
    | {
        readonly type: '@xstate.actor';
        readonly name: string;
        readonly definition: string;
        readonly parentId: undefined;
        readonly snapshot: Snapshot;
      }
    | { readonly type: '@xstate.event'; readonly event: StatelyCause; readonly sourceId: undefined }
    | { readonly type: '@xstate.snapshot'; readonly event: StatelyCause; readonly snapshot: Snapshot }
  );

interface StatelyBase {
  readonly sessionId: string;
  readonly rootId: string;
  readonly createdAt: string;
  readonly _version: string;
  readonly id: string;
}
interface StatelyCause {
  readonly type: string;
  readonly [carried: string]: unknown;
}
interface Snapshot {
  readonly status: 'active';
  readonly output: undefined;
  readonly error: undefined;
  readonly value: string | Readonly<Record<string, string>>;
  readonly context: InspectionData<'inspection.standing'>['context'];
}

/** Of the package whose messages these are. */
const VERSION = '0.7.2';

/** What is told of mail that only waits, or never reaches the machine, has no word there. */
export function statelyEventsOf(told: InspectionEvent, definition: string): readonly StatelyEvent[] {
  const base: StatelyBase = {
    sessionId: told.accountId,
    rootId: told.accountId,
    createdAt: String(Date.parse(told.at)),
    _version: VERSION,
    id: `${told.accountId} ${told.at}`,
  };
  switch (told.event) {
    case 'inspection.standing': {
      const { state, context } = told.data;
      const name = `account ${told.accountId.slice(0, 8)}`;
      return [
        { ...base, type: '@xstate.actor', name, definition, parentId: undefined, snapshot: snapshotOf(state, context) },
      ];
    }
    case 'inspection.step': {
      const { event, to, context } = told.data;
      return [
        { ...base, type: '@xstate.event', event, sourceId: undefined },
        { ...base, type: '@xstate.snapshot', event, snapshot: snapshotOf(to, context) },
      ];
    }
    default:
      return [];
  }
}

/** `CONNECTING.queued` is `{ CONNECTING: 'queued' }` to XState. */
function snapshotOf(state: string, context: Snapshot['context']): Snapshot {
  const [status = '', sub] = state.split('.', 2);
  return {
    status: 'active',
    output: undefined,
    error: undefined,
    value: sub === undefined ? status : { [status]: sub },
    context,
  };
}
