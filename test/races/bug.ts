import type { Life } from './life.js';

/** A known bug, put back in from outside and into the lives of one race only, so that nothing has to be taken out again. */
export interface Bug {
  readonly name: string;
  /** What is told when it is noticed. */
  readonly noticed: RegExp;
  infect(life: Life): void;
}
