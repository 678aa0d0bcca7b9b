import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';

export interface DemoSettings {
  /** Absolute. The runtime's DATA_DIR, the stand-in's folder and the runtime's log lie in it. */
  readonly dataDir: string;
  readonly port: number;
  /** Without it there is no account but what the newcomer adds. */
  readonly hasStory: boolean;
  /** What somebody who expected something else should know. */
  readonly notes: readonly string[];
}

export type DemoSettingsRead =
  | { readonly ok: true; readonly settings: DemoSettings }
  | { readonly ok: false; readonly message: string };

/** The runtime's own default. */
const USUAL_PORT = 5001;

/**
 * DEMO_DATA_DIR (default ./data/demo), DEMO_STORY (true or false) and PORT. A PORT that was asked for is taken or refused; without one the demo starts
 * in any case, on a free port when the usual one is taken: the newcomer may have a runtime running already.
 */
export async function readDemoSettings(env: NodeJS.ProcessEnv): Promise<DemoSettingsRead> {
  const dataDir = resolve(env.DEMO_DATA_DIR?.trim() || './data/demo');
  const story = env.DEMO_STORY?.trim() || 'true';
  if (story !== 'true' && story !== 'false') return { ok: false, message: 'DEMO_STORY: expected true or false' };
  const hasStory = story === 'true';
  const wish = env.PORT?.trim() || null;
  if (wish !== null && !(/^\d+$/.test(wish) && Number(wish) <= 65_535))
    return { ok: false, message: 'PORT: expected a whole number from 0 to 65535' };
  if (await isFree(Number(wish ?? USUAL_PORT)))
    return { ok: true, settings: { dataDir, hasStory, port: Number(wish ?? USUAL_PORT), notes: [] } };
  if (wish !== null) return { ok: false, message: `port ${wish} is in use: stop that program, or give another PORT` };
  return {
    ok: true,
    settings: { dataDir, hasStory, port: 0, notes: [`port ${USUAL_PORT} is in use, so a free one is taken`] },
  };
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}
