import type { Provider } from './account.js';
import { type Fault, parseInput, type Schema } from './parse.js';
import { simulatedSettingsSchema } from './simulated-settings.js';

/**
 * What the driver of each provider reads of an account’s settings; null: nothing. Drivers, API and dashboard all go by this.
 * `pace`, which is read by the outbox whatever the provider, is part of the call’s own schema (account.ts).
 */
const SCHEMA_OF: Readonly<Record<Provider, Schema | null>> = {
  whatsapp: null,
  telegram: null,
  simulated: simulatedSettingsSchema,
};

/** Where settings stand in the calls that bring them, as the paths of faults begin. */
export const SETTINGS_AT = 'body.settings';

/** What the provider’s driver could not read; with it no session would open. Unknown names are left alone. */
export function settingsFaultsOf(provider: Provider, settings: unknown): readonly Fault[] {
  const schema = SCHEMA_OF[provider];
  const read = schema && parseInput(schema, settings, SETTINGS_AT);
  return read?.ok === false ? read.faults : [];
}
