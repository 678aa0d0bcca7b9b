import { z } from 'zod';

/** Lists on the wire: `nextCursor` is null on the last page. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** A cursor that this program never gave out. A caller's mistake, not ours. */
export class InvalidCursorError extends Error {
  constructor() {
    super('the cursor is not one that a list has answered');
    this.name = 'InvalidCursorError';
  }
}
