import type { DriverCapability } from '#libs/contracts/capabilities';
import type { Driver } from '../driver.js';
import type { SimulatedProvider } from './simulated.provider.js';
import { SimulatedSession } from './simulated.session.js';

const CAN: ReadonlySet<DriverCapability> = new Set<DriverCapability>([
  'qr',
  'pairing-code',
  'send-text',
  'lookup',
  'logout',
]);

/**
 * The driver of the simulated network: no browser, no process, ten thousand sessions in one. Its time and chance are
 * those of the provider it is given, so that a virtual clock drives both.
 */
export function createSimulatedDriver(provider: SimulatedProvider): Driver {
  return {
    provider: 'simulated',
    can: CAN,
    open: (opening, report) => new SimulatedSession(provider, opening, report),
    discardLogin: async (accountId) => provider.discardLogin(accountId),
    close: () => provider.close(),
  };
}
