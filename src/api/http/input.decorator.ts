import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Operation } from '#libs/contracts/operation';
import { type OperationInput, type OperationName, OPERATIONS } from '#libs/contracts/operations';
import { type Fault, parseInput } from '#libs/contracts/parse';
import { ProblemError } from '../problem.js';

const parts = ['params', 'query', 'headers', 'body'] as const;

/** The request as the operation's schemas read it. Every fault of every part is told at once. */
export const Input = createParamDecorator((name: OperationName, context: ExecutionContext) =>
  readInput(name, context.switchToHttp().getRequest<FastifyRequest>()),
);

/** `asked`: only these parts, for a body that is no JSON. */
export function readInput<Name extends OperationName>(
  name: Name,
  request: Pick<FastifyRequest, (typeof parts)[number]>,
  asked: readonly (typeof parts)[number][] = parts,
): OperationInput<Name> {
  const operation: Operation = OPERATIONS[name];
  const input: Record<string, unknown> = {};
  const faults: Fault[] = [];
  for (const part of asked) {
    const schema = operation[part];
    if (schema === undefined) continue;
    const parsed = parseInput(schema, part === 'query' ? { ...(request.query as object) } : request[part], part);
    if (parsed.ok) input[part] = parsed.value;
    else faults.push(...parsed.faults);
  }
  if (faults.length > 0) throw new ProblemError('invalid_request', { errors: faults });
  return input as OperationInput<Name>;
}
