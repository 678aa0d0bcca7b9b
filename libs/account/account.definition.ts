import { accountMachine } from './account.machine.js';

/** The machine as the tools of others read it: XState’s own configuration as JSON, with functions by their names. */
export function accountDefinition(): string {
  return JSON.stringify(accountMachine.config, (_key, value: unknown) =>
    typeof value === 'function' ? { type: value.name } : value,
  );
}
