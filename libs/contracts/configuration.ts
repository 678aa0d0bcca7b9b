import { z } from 'zod';

/** By the end of a variable's name. */
export const CONFIGURATION_UNITS = ['ms', 'days', 'MB', 'per minute'] as const;
export type ConfigurationUnit = (typeof CONFIGURATION_UNITS)[number];

const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).nullable();
export type ConfigurationValue = Readonly<z.infer<typeof value>>;

export const configurationVariableSchema = z.object({
  name: z.string(),
  value: value.describe('as it was read; null: not set. Without its secrets, see `hidden`'),
  default: value,
  unit: z.enum(CONFIGURATION_UNITS).nullable(),
  from: z.enum(['default', 'environment']),
  hidden: z
    .int()
    .nonnegative()
    .describe('how many parts were left out of `value`, because they are secrets or may hold one: keys, logins, flags'),
  description: z.string(),
});
export type ConfigurationVariable = z.infer<typeof configurationVariableSchema>;

/** What an operator has decided, as this runtime read it at its start. It names no secret. */
export const configurationSchema = z.object({ variables: z.array(configurationVariableSchema) });
export type ConfigurationView = z.infer<typeof configurationSchema>;
