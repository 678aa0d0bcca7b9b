import { runEngineProcess } from '#apps/engine/engine-main';
import type { Driver } from '#libs/drivers/driver';
import { createSimulatedDriver } from '#libs/drivers/simulated/simulated.driver';
import { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import { systemClock, systemDice } from '#src/system';

/** An engine host as the product starts it, with the simulated driver in the place of a browser's. */
runEngineProcess((log) => {
  log.info({ pid: process.pid }, 'simulated engine host');
  if (process.env['HANG_AT_START'] === '1') for (;;);
  const provider = new SimulatedProvider(systemClock, systemDice);
  return new Map<'simulated', Driver>([['simulated', createSimulatedDriver(provider)]]);
});
