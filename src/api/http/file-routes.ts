import type { FastifyRequest } from 'fastify';
import { OPERATIONS } from '#libs/contracts/operations';

/** Calls whose body may carry a file; all others have small bodies that are there in no time. */
const CARRYING = [OPERATIONS.uploadMedia, OPERATIONS.sendMessage];

/** As Fastify writes a route. */
const keyOf = (method: string, url: string): string => `${method} ${url}`;
const patternOf = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');
const carrying: ReadonlySet<string> = new Set(CARRYING.map(({ method, path }) => keyOf(method, patternOf(path))));
const upload = keyOf(OPERATIONS.uploadMedia.method, patternOf(OPERATIONS.uploadMedia.path));

export const routeCarriesFile = (method: string | readonly string[], url: string): boolean =>
  typeof method === 'string' && carrying.has(keyOf(method, url));

export const carriesFile = ({ method, routeOptions }: FastifyRequest): boolean =>
  routeCarriesFile(method, routeOptions.url ?? '');

export const takesMultipart = ({ method, routeOptions }: FastifyRequest): boolean =>
  keyOf(method, routeOptions.url ?? '') === upload;
