import type { ConfigurationVariable } from '#libs/contracts/configuration';

export interface ConfigurationFilter {
  readonly text: string;
  readonly changedOnly: boolean;
}
export const ALL_VARIABLES: ConfigurationFilter = { text: '', changedOnly: false };

/** All words have to be found, in name, value or description; `_` may be written as a space. */
export function filterVariables<Variable extends ConfigurationVariable>(
  variables: readonly Variable[],
  { text, changedOnly }: ConfigurationFilter,
): readonly Variable[] {
  const words = text
    .toLowerCase()
    .split(/[\s_]+/)
    .filter(Boolean);
  return variables.filter((variable) => {
    if (changedOnly && !isChanged(variable)) return false;
    const { name, value, description } = variable;
    const whole = `${name.replaceAll('_', ' ')} ${String(value)} ${description}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  });
}

/** Set to something else; to what it would be anyway is no change. Of a secret nobody can tell, so that it was set counts. */
export function isChanged({ value, default: usual, hidden }: ConfigurationVariable): boolean {
  return hidden > 0 || JSON.stringify(value) !== JSON.stringify(usual);
}
