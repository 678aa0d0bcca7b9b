import type { ConfigurationUnit, ConfigurationVariable, ConfigurationView } from '#libs/contracts/configuration';
import type { Shown } from './secrecy.js';
import type { Variable } from './variable.js';
import { type VariableName, VARIABLES } from './variables.js';

export const CONFIGURATION = Symbol('Configuration');

/** The environment as it was read, variable by variable, for people: without secrets. `loadConfig` has accepted it before. */
export function describeConfiguration(env: NodeJS.ProcessEnv): ConfigurationView {
  return { variables: (Object.keys(VARIABLES) as VariableName[]).map((name) => describeVariable(name, env)) };
}

function describeVariable(name: VariableName, env: NodeJS.ProcessEnv): ConfigurationVariable {
  const variable = VARIABLES[name];
  const given = env[name]?.trim();
  const { value, hidden } = shownOf(variable, given || variable.default);
  return {
    name,
    value: value as ConfigurationVariable['value'],
    default: shownOf(variable, variable.default).value as ConfigurationVariable['default'],
    unit: typeof value === 'number' ? unitOf(name) : null,
    from: given ? 'environment' : 'default',
    hidden,
    description: variable.comment,
  };
}

function shownOf(variable: (typeof VARIABLES)[VariableName], text: string): Shown {
  const { read, show } = variable as unknown as Variable<unknown>;
  if (text === '') return { value: null, hidden: 0 };
  return show(read.parse(text));
}

/** Names end in their units, as everywhere in Muster; what has none counts things. */
function unitOf(name: string): ConfigurationUnit | null {
  return UNITS.find(([end]) => end.test(name))?.[1] ?? null;
}

const UNITS: readonly (readonly [RegExp, ConfigurationUnit])[] = [
  [/_MS(_MAX|_MIN)?$/, 'ms'],
  [/_DAYS$/, 'days'],
  [/_MB(_MAX|_MIN)?$/, 'MB'],
  [/_PER_MINUTE(_MAX)?$/, 'per minute'],
];
