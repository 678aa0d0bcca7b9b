import type { Readiness } from './readiness-tone.js';

/** Form beside colour: a full dot is well, a triangle wants a look, a square on its corner is down. A word stands beside it. */
export function Mark({ tone }: { readonly tone: Readiness }) {
  return <span className="ops-mark" data-tone={tone} aria-hidden="true" />;
}
