import type { MessageStore } from '#src/supervision/ports';
import type { RuntimeLife } from './runtime-life.js';
import type { StoreTables } from './store-tables.js';

/** A known bug, put back in from outside and into one life of the runtime only, so that nothing has to be taken out again. */
export interface Bug {
  readonly name: string;
  /** The invariant that breaks. */
  readonly caughtBy: RegExp;
  readonly messages?: (store: MessageStore) => MessageStore;
  readonly infect?: (runtime: RuntimeLife, tables: StoreTables) => void;
}
