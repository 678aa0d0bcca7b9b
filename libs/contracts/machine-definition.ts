import { z } from 'zod';

/** A machine as data, for drawing. Generated from the code; a state's id is its dotted path. */
export const machineDefinitionSchema = z.object({
  id: z.string(),
  initial: z.string(),
  states: z.array(
    z.object({
      id: z.string(),
      parent: z.string().nullable(),
      initial: z.string().nullable(),
      description: z.string().nullable(),
    }),
  ),
  transitions: z.array(
    z.object({
      from: z.string(),
      to: z.string().nullable().describe('null: stays where it is'),
      event: z.string(),
      guard: z.string().nullable(),
      actions: z.array(z.string()),
    }),
  ),
});
export type MachineDefinition = z.infer<typeof machineDefinitionSchema>;
