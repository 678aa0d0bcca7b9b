import { z } from 'zod';
import { id, phoneNumber } from '../control/control-words.js';

/** Ten minutes: longer than any patience of a supervisor, short enough that a forgotten page comes back. */
export const DEED_MS_MAX = 600_000;
/** More than any budget of a browser; a page can't hold much more anyway. */
export const GROW_MB_MAX = 2_000;

const duration = z.number().int().min(1).max(DEED_MS_MAX);
const deeds = [
  z.strictObject({ deed: z.literal('hang'), ms: duration }),
  z.strictObject({ deed: z.literal('work'), taskMs: duration, totalMs: duration }),
  z.strictObject({ deed: z.literal('reload') }),
  z.strictObject({ deed: z.literal('grow'), mb: z.number().int().min(1).max(GROW_MB_MAX) }),
  z.strictObject({ deed: z.literal('crash') }),
] as const;

/** What an open page may be told to do to itself. */
export const deedOrder = z.discriminatedUnion('deed', deeds);

/** Whose open pages: those of a number, or of one device. */
const target = { number: phoneNumber.optional(), device: id.optional() };
const [hang, work, reload, grow, crash] = deeds;
export const aimedDeedOrder = z
  .discriminatedUnion('deed', [
    hang.extend(target),
    work.extend(target),
    reload.extend(target),
    grow.extend(target),
    crash.extend(target),
  ])
  .refine((order) => (order.device === undefined) !== (order.number === undefined), 'name either a device or a number');

export type Deed = z.output<typeof deedOrder>;
export const deedNames = ['hang', 'work', 'reload', 'grow', 'crash'] as const satisfies readonly Deed['deed'][];

/** A deed and its doers: one page by its id, or all open pages of a number or device. */
export type DeedOrder = Deed &
  (
    | { readonly page: string; readonly number?: never; readonly device?: never }
    | { readonly number: string; readonly page?: never; readonly device?: never }
    | { readonly device: string; readonly page?: never; readonly number?: never }
  );

/** The pages that were told. Whether they are done is in the journal, as `page.deed_done`. */
export interface DeedView {
  readonly items: readonly string[];
}
