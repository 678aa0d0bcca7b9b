import { fileURLToPath } from 'node:url';
import { createSimulatedDriver } from '#libs/drivers/simulated/simulated.driver';
import { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import { EngineHosts } from '#src/engines/engine-hosts';
import { forkEngine } from '#src/engines/engine-process';
import { createRemoteDriver } from '#src/engines/remote-driver';
import { systemClock, systemDice } from '#src/system';

/** A runtime cut down to its engine hosts, to be killed. Prints the host's pid when its session is ready. */
const [recordsDir = ''] = process.argv.slice(2);
const entry = fileURLToPath(new URL('./simulated-engine.js', import.meta.url));
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
let pid = 0;
const hosts = new EngineHosts({
  accountsMax: 8,
  log,
  start: () => {
    const engine = forkEngine({ entry, env: {}, recordsDir, log });
    pid = engine.pid;
    return engine;
  },
});
const { can } = createSimulatedDriver(new SimulatedProvider(systemClock, systemDice));
createRemoteDriver({ provider: 'simulated', can, hosts, endRemains: async () => true }).open(
  { accountId: 'doomed', incarnation: 1, epoch: 1, login: 'none', settings: { autoScanMs: 0 } },
  (fact) => {
    if (fact.type === 'driver.ready') console.log(`ready ${pid}`);
  },
);
