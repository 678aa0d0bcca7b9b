import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { FENCE_HEADER, type holderHeaders, OVERRIDE_HEADER } from '#libs/contracts/account-manager/fence';
import type { FenceRule, Operation } from '#libs/contracts/operation';
import { type OperationName, OPERATIONS } from '#libs/contracts/operations';
import type { OutputOf } from '#libs/contracts/parse';
import { FenceGate } from '#src/application/leasing/fence-gate';
import { valueOf } from '../problem.js';
import { isMultipart } from './file-part.js';
import { readInput } from './input.decorator.js';
import { routeOf, routeOfOperation } from './route.js';

/**
 * Before a call that says so in the table of operations does anything: does its caller hold the lease under which it comes?
 * One place for every controller, so that no call is forgotten.
 */
@Injectable()
export class FenceGuard implements CanActivate {
  constructor(private readonly fences: FenceGate) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const found = fenced.get(routeOf(request));
    if (!found || (found.rule === 'if_given' && request.headers[FENCE_HEADER] === undefined)) return true;
    // What is wrong with the request is told first, and all of it; a file is not there yet.
    const parts = isMultipart(request.headers) ? (['params', 'headers'] as const) : undefined;
    const { params, headers } = readInput(found.name, request, parts);
    const { [FENCE_HEADER]: fence = null, [OVERRIDE_HEADER]: override = null } = headers as HolderHeaders;
    valueOf(await this.fences.pass(params.id, { operation: found.name, fence, override }));
    return true;
  }
}

/** Those of `if_given` lack the override, which then is not there. */
type HolderHeaders = OutputOf<typeof holderHeaders>;

type AskedHere = Exclude<FenceRule, 'stored'>;
type FencedName = {
  [Name in OperationName]: (typeof OPERATIONS)[Name] extends { readonly fence: AskedHere } ? Name : never;
}[OperationName];
interface Fenced {
  readonly name: FencedName;
  readonly rule: AskedHere;
}

const fenced: ReadonlyMap<string, Fenced> = new Map(
  Object.entries<Operation>(OPERATIONS).flatMap(([name, operation]): [string, Fenced][] => {
    const { fence: rule = 'stored' } = operation;
    return rule === 'stored' ? [] : [[routeOfOperation(operation), { name: name as FencedName, rule }]];
  }),
);
