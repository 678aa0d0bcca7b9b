import { it } from 'vitest';
import type { FaultOf, FaultSection } from './fault-table.js';

/** Longer than any story here, and those of its account that go before it: their own waits end them, and say what for. */
const STORY_MS_MAX = 300_000;

/** `scenario(…)` of a section is `it(…)` that takes only the names of this section's faults: none can be misspelt. */
export function scenariosOf<Section extends FaultSection>(_section: Section) {
  return (fault: FaultOf<Section>, story: () => Promise<void>): void => it(fault, story, STORY_MS_MAX);
}
