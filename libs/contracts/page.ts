import { z } from 'zod';

/** Lists on the wire: `nextCursor` is null on the last page. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** `nextCursor` of the page before. Callers need not know that it is an id. */
export const cursorSchema = z.uuid('expected the nextCursor of the page before');
