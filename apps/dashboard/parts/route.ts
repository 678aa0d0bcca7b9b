import { useSyncExternalStore } from 'react';

export type Route =
  | { readonly page: 'fleet' }
  | { readonly page: 'account'; readonly id: string }
  /** `seq`: the transition that is looked at; null: now. */
  | { readonly page: 'inspector'; readonly id: string; readonly seq: number | null }
  | { readonly page: 'supervision' }
  | { readonly page: 'operations' };
export type PageName = Route['page'];

/** Behind the #, so that the server has one page, and a proxy may put it anywhere. What is not known leads to the fleet. */
export function readRoute(hash: string): Route {
  if (hash === SUPERVISION_HREF) return { page: 'supervision' };
  if (hash === OPERATIONS_HREF) return { page: 'operations' };
  const [, id, inspector, seq] = /^#\/accounts\/([\w-]+)(\/inspector(?:\/(\d+))?)?$/.exec(hash) ?? [];
  if (id === undefined) return { page: 'fleet' };
  return inspector ? { page: 'inspector', id, seq: seq ? Number(seq) : null } : { page: 'account', id };
}

export const FLEET_HREF = '#/';
export const SUPERVISION_HREF = '#/supervision';
export const OPERATIONS_HREF = '#/operations';
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
