import type { Provider } from '#libs/contracts/account';
import { engineSettingsFrom } from '#libs/contracts/engine-settings';
import type { Driver } from '#libs/drivers/driver';
import { createWhatsappDriver } from '#libs/drivers/whatsapp/whatsapp.driver';
import { runEngineProcess } from './engine-main.js';

/** The engine host. Which drivers run in hosts is said here, and only here. */
const { dataDir, probe, heartbeat, ...browser } = engineSettingsFrom(process.env);

runEngineProcess(
  (log) => new Map<Provider, Driver>([['whatsapp', createWhatsappDriver({ dataDir, browser, probe, log })]]),
  heartbeat && { heartbeatEveryMs: heartbeat.everyMs, renewalMissingMsMax: heartbeat.missingMsMax },
);
