import { DEMO_META } from './demo-words.js';

/** As the runtime leads there; the first is what a browser is sent to. */
const DASHBOARD: ReadonlySet<string> = new Set(['/dashboard/', '/dashboard/index.html']);

export function isDashboardPage(method: string | undefined, path: string): boolean {
  return method === 'GET' && DASHBOARD.has(path);
}

/** Tells the dashboard's page that a demo stands before the runtime, and where it answers: then it shows its panel. */
export function markAsDemo(page: string): string {
  return page.replace(/<head>/i, (head) => `${head}<meta name="${DEMO_META}" content="../demo/">`);
}
