import { z } from 'zod';
import { phoneNumber } from './control-words.js';
import { type FaultView } from '../faults/fault-words.js';
import { type SessionParts } from '../session/page-session.js';

/** A route of the control API, and what its acts are made of. */
export interface ControlParts extends SessionParts {
  /** Act faults out on pages that are already open. */
  readonly onFaultSet: (fault: FaultView) => void;
  readonly onFaultsRemoved: () => void;
  readonly reset: () => void;
}

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

export type Answer = { readonly status: number; readonly body: unknown } | { readonly refusal: Refusal };

export type Outcome = Answer | Promise<Answer>;

export interface Request {
  readonly params: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: RegExp;
  readonly act: (request: Request, parts: ControlParts) => Outcome;
}

export function refused(status: number, code: string, detail: string): { readonly refusal: Refusal } {
  return { refusal: { status, code, detail } };
}

export const done: Answer = { status: 204, body: null };

export function ok(body: unknown, status = 200): Answer {
  return { status, body };
}

export function judged<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  act: (order: z.output<Schema>) => Outcome,
): Outcome {
  const verdict = schema.safeParse(input);
  return verdict.success ? act(verdict.data) : refused(422, 'bad_input', z.prettifyError(verdict.error));
}

export function with_<Schema extends z.ZodType>(
  schema: Schema,
  act: (order: z.output<Schema>, parts: ControlParts, params: readonly string[]) => Outcome,
): Route['act'] {
  return ({ body, params }, parts) => judged(schema, body, (order) => act(order, parts, params));
}

export function withNumber(
  act: (number: string, body: unknown, parts: ControlParts, params: readonly string[]) => Outcome,
): Route['act'] {
  return ({ params, body }, parts) => judged(phoneNumber, params[0], (number) => act(number, body, parts, params));
}
