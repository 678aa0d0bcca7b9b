import type { DataSource } from 'typeorm';
import type { StepInput } from '#libs/account/account.record';
import type { LoggedEventName } from '#libs/contracts/event-log';
import type { MessageStatus } from '#libs/contracts/message';
import { poolOf } from '#src/persistence/data-source';

export interface StepRow {
  readonly seq: number;
  readonly at: number;
  readonly from: string | null;
  readonly to: string;
  readonly event: string;
  readonly cause: string | null;
  readonly incarnation: number;
  readonly epoch: number;
  readonly input: StepInput;
}

export interface MessageRow {
  readonly id: string;
  readonly status: MessageStatus;
  readonly text: string;
  readonly pending: boolean;
  readonly key: string | null;
  readonly providerMessageId: string | null;
  readonly error: string | null;
}

export interface EventRow {
  readonly name: LoggedEventName;
  readonly data: {
    readonly id?: string;
    readonly status?: MessageStatus;
    readonly steps?: readonly { readonly seq: number }[];
  };
}

/** All that the store holds of one account. */
export interface Remains {
  readonly id: string;
  readonly isDeleted: boolean;
  readonly isPaused: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly detail: string | null;
  readonly snapshot: { readonly seq: number; readonly stored: unknown } | null;
  readonly owner: { readonly node: string; readonly epoch: number } | null;
  readonly steps: readonly StepRow[];
  /** Outgoing ones, in the order in which they were accepted. */
  readonly messages: readonly MessageRow[];
  /** In the order of the log. */
  readonly events: readonly EventRow[];
}

/** Of all accounts with this label, deleted ones included. */
export async function readRemains(store: DataSource, label: string): Promise<readonly Remains[]> {
  const { rows } = await poolOf(store).query<{ remains: Remains }>({ ...REMAINS, values: [label] });
  return rows.map(({ remains: { snapshot, steps, ...rest } }) => ({
    ...rest,
    snapshot: snapshot && { ...snapshot, stored: JSON.parse(snapshot.stored as string) as unknown },
    steps: steps.map((step) => ({ ...step, input: JSON.parse(step.input as unknown as string) as StepInput })),
  }));
}

const listOf = (columns: string, from: string, order: string): string =>
  `coalesce((SELECT json_agg(json_build_object(${columns}) ORDER BY ${order}) FROM ${from} WHERE account_id = a.id), '[]')`;

const REMAINS = {
  name: 'race-remains',
  text: `
SELECT json_build_object(
  'id', a.id, 'isDeleted', a.deleted_at IS NOT NULL, 'isPaused', a.outbox_paused_by IS NOT NULL, 'settings', a.settings,
  'detail', s.detail,
  'snapshot', CASE WHEN s.snapshot IS NOT NULL THEN json_build_object('seq', s.transition_seq, 'stored', s.snapshot) END,
  'owner', (SELECT json_build_object('node', node_id, 'epoch', epoch) FROM account_ownership WHERE account_id = a.id),
  'steps', ${listOf(
    `'seq', seq, 'at', extract(epoch FROM at) * 1000, 'from', from_state, 'to', to_state, 'event', event, 'cause', cause,
    'incarnation', incarnation, 'epoch', epoch, 'input', input`,
    'account_transition',
    'seq',
  )},
  'messages', ${listOf(
    `'id', id, 'status', status, 'text', text, 'pending', pending, 'key', idempotency_key,
    'providerMessageId', provider_message_id, 'error', error_code`,
    `(SELECT * FROM message WHERE direction = 'out') AS sent`,
    'ordinal',
  )},
  'events', ${listOf(`'name', name, 'data', data`, 'event', 'id')}
) AS remains
FROM account a LEFT JOIN account_snapshot s ON s.account_id = a.id
WHERE a.label = $1 ORDER BY a.id`,
} as const;
