import { type FaultView } from '../faults/fault-words.js';
import { force, unforce } from '../faults/forced-state.js';
import { type SessionParts } from './page-session.js';
import { whoIs } from './pages.js';

/** Most faults wait for a stage; these strike the pages that are open when they are set. */
export function strikeOpenPages(fault: FaultView, parts: SessionParts): void {
  const { faults } = parts;
  for (const page of parts.pages.all()) {
    if (fault.name === 'bad_chat') page.tell({ type: 'ask-first', on: faults.isSet('bad_chat', whoIs(page)) });
    if (!openPageFaults.includes(fault.name)) continue;
    if (faults.strike(fault.name, whoIs(page), ({ id }) => id === fault.id) === undefined) continue;
    if (fault.name === 'state') force(page, fault);
    else if (fault.name === 'network_cut' && fault.mode === 'silent') {
      page.cutBy = fault.id;
      page.hush(true);
    } else page.drop();
  }
}

/** Lets go of the pages that were held by a fault that is no longer set. */
export function releaseOpenPages(parts: SessionParts): void {
  const set = new Set(parts.faults.list().map(({ id }) => id));
  parts.network.heal();
  for (const page of parts.pages.all()) {
    if (page.cutBy !== null && !set.has(page.cutBy)) {
      page.cutBy = null;
      page.hush(false);
    }
    if (page.forcedBy !== null && !set.has(page.forcedBy)) unforce(page);
    page.tell({ type: 'ask-first', on: parts.faults.isSet('bad_chat', whoIs(page)) });
  }
}

const openPageFaults: readonly FaultView['name'][] = ['socket_down', 'network_cut', 'state'];
