import type { FastifyRequest } from 'fastify';
import type { Operation } from '#libs/contracts/operation';

/** Which call a request is, whatever the spelling of its address: its method, and its route as Fastify writes it. */
export const routeOf = ({ method, routeOptions }: Pick<FastifyRequest, 'method' | 'routeOptions'>): string =>
  keyOf(method, routeOptions?.url ?? '');

export const routeOfOperation = ({ method, path }: Pick<Operation, 'method' | 'path'>): string =>
  keyOf(method, path.replaceAll(/\{(\w+)\}/g, ':$1'));

export const keyOf = (method: string, url: string): string => `${method} ${url}`;
