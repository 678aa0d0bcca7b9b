import { type ComponentType, lazy } from 'react';

/** Pages that are fetched when somebody opens them for the first time. What has no row here is linked from nowhere. */
export interface LazyPages {
  readonly inspector?: ComponentType<{ readonly id: string; readonly seq: number | null }>;
  readonly supervision?: ComponentType;
  readonly leases?: ComponentType;
  readonly operations?: ComponentType;
}

export const PAGES: LazyPages = {
  operations: page(async () => (await import('./operations/operations-page.js')).OperationsPage),
  leases: page(async () => (await import('./leases/leases-page.js')).LeasesPage),
  supervision: page(async () => (await import('./supervision/supervision-page.js')).SupervisionPage),
  inspector: page(async () => (await import('./inspector/inspector-page.js')).InspectorPage),
};

export function page<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return lazy(async () => ({ default: await load() }));
}
