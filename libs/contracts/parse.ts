import { type z } from 'zod';
import { JSON_DEPTH_MAX } from './limits/calls.js';

/** A shape of the wire. Callers of this file need not know zod. */
export type Schema<T = unknown> = z.ZodType<T>;
export type InputOf<S extends z.ZodType> = z.input<S>;
export type OutputOf<S extends z.ZodType> = z.output<S>;

export interface Fault {
  /** Dotted, such as `body.settings.language`. */
  readonly path: string;
  readonly message: string;
}
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Reads what a stranger sent. `at` names the part, such as `body`. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, at: string): Parsed<z.output<S>> {
  const unstorable = findUnstorable(input, at);
  if (unstorable !== null) return { ok: false, faults: [unstorable] };
  const parsed = schema.safeParse(input);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, faults: parsed.error.issues.flatMap((issue) => faultsOf(issue, at)) };
}

/** Reads what our own server sent; anything unexpected is a broken promise and throws. */
export function parseAnswer<S extends z.ZodType>(schema: S, answer: unknown): z.output<S> {
  return schema.parse(answer);
}

function faultsOf(issue: z.core.$ZodIssue, at: string): readonly Fault[] {
  const path = [at, ...issue.path].map(String);
  if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.'), message: issue.message }];
  return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'unknown name' }));
}

/** NUL, and halves of a surrogate pair: neither can be stored as text. */
const unstorableText = /[\0\ud800-\udfff]/u;

/**
 * The first text that Postgres could not store, or nesting deeper than any honest input. Walks without recursion,
 * since a megabyte of brackets would overflow the stack of any recursive reader, this one included.
 */
function findUnstorable(input: unknown, at: string): Fault | null {
  let level: (readonly [unknown, string])[] = [[input, at]];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > JSON_DEPTH_MAX) return { path: at, message: `at most ${JSON_DEPTH_MAX} levels deep` };
    const next: (readonly [unknown, string])[] = [];
    for (const [value, path] of level) {
      if (typeof value === 'string' && unstorableText.test(value)) return unstorable(path);
      if (typeof value !== 'object' || value === null) continue;
      for (const [key, inner] of Object.entries(value)) {
        if (unstorableText.test(key)) return unstorable(path);
        next.push([inner, `${path}.${key}`]);
      }
    }
    level = next;
  }
  return null;
}

const unstorable = (path: string): Fault => ({
  path,
  message: 'holds a NUL character or half of a surrogate pair, which cannot be stored',
});
