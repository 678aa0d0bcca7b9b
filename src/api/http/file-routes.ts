import type { FastifyRequest } from 'fastify';
import { OPERATIONS } from '#libs/contracts/operations';
import { keyOf, routeOf, routeOfOperation } from './route.js';

/** Calls whose body may carry a file; all others have small bodies that are there in no time. */
const carrying: ReadonlySet<string> = new Set([OPERATIONS.uploadMedia, OPERATIONS.sendMessage].map(routeOfOperation));
const upload = routeOfOperation(OPERATIONS.uploadMedia);

export const routeCarriesFile = (method: string | readonly string[], url: string): boolean =>
  typeof method === 'string' && carrying.has(keyOf(method, url));

export const carriesFile = (request: FastifyRequest): boolean => carrying.has(routeOf(request));

export const takesMultipart = (request: FastifyRequest): boolean => routeOf(request) === upload;
