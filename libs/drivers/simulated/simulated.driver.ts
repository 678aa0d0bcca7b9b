import { CAPABILITIES, type DriverCapability } from '#libs/contracts/capabilities';
import type { Driver } from '../driver.js';
import type { SimulatedProvider } from './simulated.provider.js';
import { SimulatedSession } from './simulated.session.js';

/** All that there is. */
export const SIMULATED_CAN: ReadonlySet<DriverCapability> = new Set(CAPABILITIES);

/**
 * The driver of the simulated network: no browser, no process, ten thousand sessions in one. Its time and chance are
 * those of the provider it is given, so that a virtual clock drives both. `can` is less than all where a test needs a
 * driver that can't do something.
 */
export function createSimulatedDriver(provider: SimulatedProvider, can = SIMULATED_CAN): Driver {
  return {
    provider: 'simulated',
    can,
    open: (opening, report) => new SimulatedSession(provider, opening, report),
    discardLogin: async (accountId) => provider.discardLogin(accountId),
    close: () => provider.close(),
  };
}
