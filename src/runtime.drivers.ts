import { join } from 'node:path';
import type { Provider } from '#libs/contracts/account';
import { engineSettingsTo } from '#libs/contracts/engine-settings';
import { ENGINE_HEARTBEAT_EVERY_MS } from '#libs/contracts/limits/machines';
import { KILL_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import type { Driver } from '#libs/drivers/driver';
import { loginFile } from '#libs/drivers/simulated/login-file';
import { createSimulatedDriver } from '#libs/drivers/simulated/simulated.driver';
import { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import { WHATSAPP_CAN } from '#libs/drivers/whatsapp/capabilities';
import { ownerOf } from '#libs/processes/owner-lock';
import { endUsersOfProfile } from '#libs/processes/process-ending';
import type { Config } from '#src/config/config';
import { EngineHosts } from '#src/engines/engine-hosts';
import { engineEntry, forkEngine } from '#src/engines/engine-process';
import { profileLock } from '#src/engines/profile-locks';
import { createRemoteDriver } from '#src/engines/remote-driver';
import { diskObstacle } from '#src/observability/disk-space';
import type { Logger } from '#src/observability/logger';
import { systemClock, systemDice } from './system.js';

/** One beat that is late on a busy machine says nothing. */
const BEATS_MISSED_MIN = 5;

/** Which provider runs where: the simulated one in this process, those with a library of their own in engine hosts. */
export function assembleDrivers(config: Config, log: Logger) {
  const sessionsDir = join(config.dataDir, 'sessions');
  const recordsDir = join(config.dataDir, 'engines');
  const simulated = new SimulatedProvider(systemClock, systemDice, loginFile(join(config.dataDir, 'simulated')));
  const { dataDir, chromiumPath, chromiumArgs, whatsappBrowser, probe } = config;
  const missingMsMax = config.engineHeartbeatMissingMsMax;
  const everyMs = Math.min(ENGINE_HEARTBEAT_EVERY_MS, Math.ceil(missingMsMax / BEATS_MISSED_MIN));
  const heartbeat = { everyMs, missingMsMax };
  const browser = { chromiumPath, chromiumArgs: [...chromiumArgs], whatsappBrowser };
  const env = engineSettingsTo({ dataDir, ...browser, probe, heartbeat });
  const hosts = new EngineHosts({
    start: () => forkEngine({ entry: engineEntry(), env, recordsDir, log }),
    accountsMax: config.engineHostAccountsMax,
    limits: { heartbeatEveryMs: everyMs, heartbeatMissingMsMax: missingMsMax },
    log,
  });
  const endRemains = async (accountId: string, askMs: number, hurry: AbortSignal): Promise<boolean> => {
    const profile = join(sessionsDir, `session-${accountId}`);
    const { ok } = await endUsersOfProfile(profile, { askMs, killMs: KILL_DEADLINE_MS, hurry });
    await ownerOf(profileLock(sessionsDir, accountId)); // clears the claim of a dead host
    return ok;
  };
  // A browser writes tens of MB, and one that can't write its profile looks as if the profile were damaged.
  const obstacle = () => diskObstacle(dataDir, config.diskFreeMbMin);
  const drivers = new Map<Provider, Driver>([
    ['simulated', createSimulatedDriver(simulated)],
    ['whatsapp', createRemoteDriver({ provider: 'whatsapp', can: WHATSAPP_CAN, hosts, endRemains, obstacle })],
  ]);
  return { simulated, hosts, drivers, sessionsDir, recordsDir };
}
