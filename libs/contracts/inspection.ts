import { z } from 'zod';

/**
 * One account’s machine with all that comes to it, as it happens: the topic `inspection` of the stream, for accounts that are
 * named (`/ws?topics=inspection&accounts=<id>`). It is told live only, and made only for accounts that somebody watches.
 * Codes of QR pictures, logins and texts of messages are in none of it: the machine never sees them.
 */
export const INSPECTION = 'inspection';

const time = z.iso.datetime();
const waiting = z.int().nonnegative().describe('mail that waits to be read by the machine');
const context = z
  .record(z.string(), z.json())
  .describe('what the machine remembers, as in GET /accounts/{id}/snapshot');

/** What `data` of each event of this topic holds. Later versions may add fields and names. */
export const INSPECTION_DATA = {
  /** The first one of a connection, or of an actor that came back: how the machine stands. */
  'inspection.standing': z.object({ state: z.string(), context, waiting }),
  /** Mail came in, and waits for its turn: commands, facts, deadlines, the end of a session. */
  'inspection.mail': z.object({ kind: z.string(), name: z.string(), waiting }),
  /** An event went through the machine and what it did is committed; also one that changed nothing. */
  'inspection.step': z.object({
    event: z.looseObject({ type: z.string(), at: time }).describe('with all that it carried'),
    from: z.string(),
    to: z.string(),
    changed: z.boolean().describe('false: the machine is as it was'),
    orders: z.array(z.string()).describe('what the machine asked for; it is carried out now'),
    seq: z.int().positive().nullable().describe('of the step in the history; null: it made none'),
    incarnation: z.int().nonnegative(),
    context,
    commitMs: z.number().nonnegative().describe('from the step until it was committed'),
    waiting,
  }),
  /** Mail that never reached the machine, or broke it. */
  'inspection.buried': z.object({ kind: z.string(), name: z.string(), why: z.string(), waiting }),
} as const satisfies Record<string, z.ZodType>;
export type InspectionName = keyof typeof INSPECTION_DATA;
export type InspectionData<Name extends InspectionName> = z.infer<(typeof INSPECTION_DATA)[Name]>;

export type InspectionEvent = {
  readonly [Name in InspectionName]: {
    readonly event: Name;
    readonly accountId: string;
    readonly at: string;
    readonly data: InspectionData<Name>;
  };
}[InspectionName];

/** Of a frame of the stream; null for all else, and for names that are younger than this program. */
export function readInspection(told: {
  readonly event: string;
  readonly accountId: string | null;
  readonly at: string;
  readonly data: unknown;
}): InspectionEvent | null {
  const { event, accountId, at } = told;
  if (accountId === null || !isInspectionName(event)) return null;
  return { event, accountId, at, data: INSPECTION_DATA[event].parse(told.data) } as InspectionEvent;
}

const isInspectionName = (name: string): name is InspectionName => Object.hasOwn(INSPECTION_DATA, name);
