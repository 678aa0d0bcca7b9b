import { spawn } from 'node:child_process';
import { runEngineProcess } from '#apps/engine/engine-main';
import type { DriverFact } from '#libs/contracts/session';
import type { Driver } from '#libs/drivers/driver';
import { createSimulatedDriver } from '#libs/drivers/simulated/simulated.driver';
import { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import { systemClock, systemDice } from '#src/system';

/** What happens to the host when an account of this name is opened, or is ready. */
const opened: Readonly<Record<string, () => void>> = {
  'kills-its-host': () => process.kill(process.pid, 'SIGKILL'),
  'has-a-child': () => leaveBehind('cat > /dev/null; echo properly > "$0"'),
  'has-a-deaf-child': () => leaveBehind('trap "" TERM; sleep 60 & wait; sleep 60'),
};
const ready: Readonly<Record<string, () => void>> = {
  'hangs-its-host': () => {
    for (;;);
  },
  'breaks-its-host': () => void Promise.reject(new Error('auth timeout')),
};

/** Like a browser: it sees the end of its host by the end of its pipe. Leads a group of its own. */
function leaveBehind(script: string): void {
  const child = spawn('sh', ['-c', script, process.env['CHILD_LEFT'] ?? '/dev/null'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  child.unref();
}

function withFaults(driver: Driver): Driver {
  return {
    ...driver,
    open(opening, report) {
      opened[opening.accountId]?.();
      return driver.open(opening, (fact: DriverFact) => {
        report(fact);
        if (fact.type === 'driver.ready') setImmediate(() => ready[opening.accountId]?.());
      });
    },
  };
}

const limits = JSON.parse(process.env['HOST_LIMITS'] ?? '{}') as Parameters<typeof runEngineProcess>[1];

/** An engine host as the product starts it, with the simulated driver in the place of a browser's. */
runEngineProcess((log) => {
  log.info({ pid: process.pid }, 'simulated engine host');
  if (process.env['HANG_AT_START'] === '1') for (;;);
  const provider = new SimulatedProvider(systemClock, systemDice);
  return new Map<'simulated', Driver>([['simulated', withFaults(createSimulatedDriver(provider))]]);
}, limits);
