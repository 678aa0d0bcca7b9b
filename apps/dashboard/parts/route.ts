import { useSyncExternalStore } from 'react';

export type Route = { readonly page: 'fleet' } | { readonly page: 'account'; readonly id: string };

/** Behind the #, so that the server has one page, and a proxy may put it anywhere. */
export function readRoute(hash: string): Route {
  const [, id] = /^#\/accounts\/([\w-]+)$/.exec(hash) ?? [];
  return id === undefined ? { page: 'fleet' } : { page: 'account', id };
}

export const FLEET_HREF = '#/';
export const accountHref = (id: string): string => `#/accounts/${id}`;

export function useRoute(): Route {
  return readRoute(useSyncExternalStore(listenToRoute, () => location.hash));
}

/** Answers the function that ends it. */
export function listenToRoute(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}
