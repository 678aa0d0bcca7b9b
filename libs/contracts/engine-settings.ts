import { z } from 'zod';

/** What the runtime tells an engine host at its start, in one environment variable. */
export const engineSettingsSchema = z.object({
  /** Absolute; WhatsApp profiles are its folders `sessions/session-{accountId}`. */
  dataDir: z.string(),
  chromiumPath: z.string().nullable(),
  chromiumArgs: z.array(z.string()),
  whatsappBrowser: z.enum(['auto', 'shell', 'full']),
  /** Milliseconds: how often a connected page is asked for a sign of life, and how long it may take. */
  probe: z.object({ everyMs: z.int().positive(), answerMsMax: z.int().positive() }),
  /** Milliseconds: how often each side says that it lives, and how long the other may be silent. Default: limits/machines.ts. */
  heartbeat: z.object({ everyMs: z.int().positive(), missingMsMax: z.int().positive() }).optional(),
});
export type EngineSettings = z.infer<typeof engineSettingsSchema>;

const VARIABLE = 'MUSTER_ENGINE_SETTINGS';

export function engineSettingsTo(settings: EngineSettings): Record<string, string> {
  return { [VARIABLE]: JSON.stringify(settings) };
}

/** Throws when the variable is missing or wrong: only the runtime starts hosts. */
export function engineSettingsFrom(env: Readonly<Record<string, string | undefined>>): EngineSettings {
  return engineSettingsSchema.parse(JSON.parse(env[VARIABLE] ?? 'null'));
}
