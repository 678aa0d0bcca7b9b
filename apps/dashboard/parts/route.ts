import { useSyncExternalStore } from 'react';

export type Route =
  | { readonly page: 'fleet' }
  | { readonly page: 'account'; readonly id: string }
  /** `seq`: the transition that is looked at; null: now; NO_STEP: what was asked for is none. */
  | { readonly page: 'inspector'; readonly id: string; readonly seq: number | null }
  | { readonly page: 'leases' }
  | { readonly page: 'supervision' }
  | { readonly page: 'operations'; readonly view: OperationsView; readonly webhookId: string | null };
export type OperationsView = 'overview' | 'webhooks' | 'events' | 'configuration';
/** Steps are counted from 1. */
export const NO_STEP = 0;
export type PageName = Route['page'];

/** Behind the #, so that the server has one page, and a proxy may put it anywhere. What is not known leads to the fleet. */
export function readRoute(hash: string): Route {
  if (hash === LEASES_HREF) return { page: 'leases' };
  if (hash === SUPERVISION_HREF) return { page: 'supervision' };
  const operations = /^#\/operations(?:\/(webhooks|events|configuration)|\/webhooks\/([\w-]+))?$/.exec(hash);
  if (operations) return toOperations(operations[1], operations[2]);
  const [, id, inspector, seq] = /^#\/accounts\/([\w-]+)(\/inspector(?:\/([^/]+))?)?$/.exec(hash) ?? [];
  if (id === undefined) return { page: 'fleet' };
  return inspector ? { page: 'inspector', id, seq: seq ? stepOf(seq) : null } : { page: 'account', id };
}

/** `1e24` and a number that no count reaches are numbers to JavaScript, but no steps. */
function stepOf(told: string): number {
  const seq = /^\d+$/.test(told) ? Number(told) : NO_STEP;
  return Number.isSafeInteger(seq) ? seq : NO_STEP;
}

function toOperations(view: string | undefined, webhookId: string | undefined): Route {
  if (webhookId !== undefined) return { page: 'operations', view: 'webhooks', webhookId };
  return { page: 'operations', view: (view as OperationsView | undefined) ?? 'overview', webhookId: null };
}

export const FLEET_HREF = '#/';
export const LEASES_HREF = '#/leases';
export const SUPERVISION_HREF = '#/supervision';
export const OPERATIONS_HREF = '#/operations';
export const operationsHref = (view: OperationsView): string =>
  view === 'overview' ? OPERATIONS_HREF : `${OPERATIONS_HREF}/${view}`;
export const webhookHref = (id: string): string => `${OPERATIONS_HREF}/webhooks/${id}`;
export const accountHref = (id: string): string => `#/accounts/${id}`;
export const inspectorHref = (id: string, seq: number | null = null): string =>
  `${accountHref(id)}/inspector${seq === null ? '' : `/${seq}`}`;

export function useRoute(): Route {
  return readRoute(useSyncExternalStore(listenToRoute, () => location.hash));
}

/** Answers the function that ends it. */
export function listenToRoute(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}
