import type { DriverCapability } from '#libs/contracts/capabilities';
import { createSimulatedDriver, SIMULATED_CAN } from '#libs/drivers/simulated/simulated.driver';
import type { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import { QUICK, WAIT_MS } from '#libs/drivers/simulated/simulated.harness.contract';
import { openSession } from '#libs/drivers/witness.contract';
import type { MemoryRouter } from './memory-router.js';

/** Puts a real, connected session of the simulated network behind the router. Answers how it is ended. */
export async function connectSession(
  { sessions }: MemoryRouter,
  provider: SimulatedProvider,
  accountId: string,
  can: ReadonlySet<DriverCapability> = SIMULATED_CAN,
): Promise<() => Promise<void>> {
  const witness = openSession(createSimulatedDriver(provider), accountId, QUICK, WAIT_MS);
  await witness.saw('driver.ready');
  sessions.set(accountId, { session: witness.session, can });
  return () => witness.session.kill();
}
