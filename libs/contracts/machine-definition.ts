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
      entry: z.array(z.string()).describe('what is done when it is entered, in order'),
      exit: z.array(z.string()).describe('what is done when it is left, in order'),
    }),
  ),
  transitions: z.array(
    z.object({
      from: z.string(),
      to: z.string().nullable().describe('null: stays where it is'),
      event: z.string(),
      guard: z.string().nullable(),
      delayMs: z
        .number()
        .nullable()
        .describe('of a deadline: how long this runtime waits for it; null: no deadline, or one of no fixed length'),
      actions: z.array(z.string()),
    }),
  ),
});
export type MachineDefinition = z.infer<typeof machineDefinitionSchema>;
