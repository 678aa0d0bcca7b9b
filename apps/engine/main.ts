import type { Provider } from '#libs/contracts/account';
import { engineSettingsFrom } from '#libs/contracts/engine-settings';
import type { Driver } from '#libs/drivers/driver';
import { createWhatsappDriver } from '#libs/drivers/whatsapp/whatsapp.driver';
import { runEngineProcess } from './engine-main.js';

/** The engine host. Which drivers run in hosts is said here, and only here. */
runEngineProcess((log) => {
  const { dataDir, probe, ...browser } = engineSettingsFrom(process.env);
  return new Map<Provider, Driver>([['whatsapp', createWhatsappDriver({ dataDir, browser, probe, log })]]);
});
