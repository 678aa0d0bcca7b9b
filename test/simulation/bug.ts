import type { MessageStore } from '#src/supervision/ports';
import type { Invariant } from './invariants.js';
import type { RuntimeLife } from './runtime-life.js';
import type { StoreTables } from './store-tables.js';

/** A known bug, put back in from outside and into one life of the runtime only, so that nothing has to be taken out again. */
export interface Bug {
  readonly name: string;
  /** The invariant by whose breach it is noticed first. */
  readonly breaks: Invariant;
  readonly messages?: (store: MessageStore) => MessageStore;
  readonly infect?: (runtime: RuntimeLife, tables: StoreTables) => void;
  /** What is unknown at the provider is handed over under a new id: the one on its way arrives, too. */
  readonly newIds?: boolean;
}
