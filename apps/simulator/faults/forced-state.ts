import { type SocketState } from '../control/control-words.js';
import { type Faults } from './faults.js';
import { whoIs, type Page } from '../session/pages.js';

/**
 * The fault `state`: tells a page which state it shows from now on, null for its own. A page that greets under a forced state
 * gets no further: `go` is kept until the state is its own again. Only under CONNECTED all goes on, behind the scenes.
 */
export function unlessForced(page: Page, faults: Faults, go: () => void): SocketState | null {
  const fault = faults.strike('state', whoIs(page));
  const state = fault?.state ?? null;
  page.forcedBy = fault?.id ?? null;
  page.tell({ type: 'force-state', state });
  page.withheld = state === null || state === 'CONNECTED' ? null : go;
  if (page.withheld === null) go();
  return state;
}

/** An open page: shows the state from now on, and is otherwise as it was. */
export function force(page: Page, fault: { readonly id: string; readonly state: SocketState }): void {
  page.forcedBy = fault.id;
  page.tell({ type: 'force-state', state: fault.state });
}

/** The page has its own state again, and goes on where it was held up. */
export function unforce(page: Page): void {
  const { withheld } = page;
  page.forcedBy = null;
  page.withheld = null;
  page.tell({ type: 'force-state', state: null });
  withheld?.();
}
