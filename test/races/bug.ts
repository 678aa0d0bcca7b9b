import type { Arbitrary } from 'fast-check';
import type { Plan } from './deeds.js';
import type { Life } from './life.js';

/** A known bug, put back in from outside and into the lives of one race only. */
export interface Bug {
  readonly name: string;
  /** In which races it shows. */
  readonly plans: Arbitrary<Plan>;
  /** What is told when it is noticed. */
  readonly noticed: RegExp;
  /** Of what is not the life's own, it answers how that is made whole again. */
  infect(life: Life): (() => void) | void;
}
