import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectSimulatorControl, type SimulatorControl } from '#apps/simulator/control/control-client';
import { startSimulator } from '#apps/simulator/simulator';
import { createLibraryClient, saw, type ClientPlace, type LibraryClient } from './library-client.js';

/** One stand-in and its browsers, with everything in a folder of its own. */
export interface Stage {
  readonly control: SimulatorControl;
  /** A client of the library on the profile of this name, not yet started. */
  client(profile: string, wishes?: Omit<ClientPlace, 'dataPath' | 'chromiumArgs'>): LibraryClient;
  /** What a profile's files of this name hold on disk now. */
  disk(profile: string, name: RegExp): string;
  /** A second profile with the same login. Both must be closed. */
  copy(profile: string, to: string): void;
  /** The same, after scanning its QR as `number`, ready. */
  paired(profile: string, number: string): Promise<LibraryClient>;
  /** A client on a profile with a login, ready. */
  restored(profile: string, wishes?: Omit<ClientPlace, 'dataPath' | 'chromiumArgs'>): Promise<LibraryClient>;
  close(client: LibraryClient): Promise<void>;
  kill(client: LibraryClient): Promise<void>;
  /** Between tests: no browser, no device, no fault is left. */
  clear(): Promise<void>;
  end(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
  const simulator = await startSimulator({ dataDir: join(folder, 'simulator') });
  const control = connectSimulatorControl(`http://127.0.0.1:${simulator.controlPort}`);
  const open = new Set<LibraryClient>();
  const stage: Stage = {
    control,
    client(profile, wishes = {}) {
      const dataPath = join(folder, profile);
      const made = createLibraryClient({ dataPath, chromiumArgs: simulator.chromiumArgs, ...wishes });
      open.add(made);
      return made;
    },
    disk: (profile, name) =>
      readdirSync(join(folder, profile), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && name.test(entry.name))
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
        .join(''),
    copy: (profile, to) => cpSync(join(folder, profile), join(folder, to), { recursive: true }),
    async paired(profile, number) {
      const one = stage.client(profile);
      const ready = saw(one, 'ready');
      const shown = saw<[string]>(one, 'qr');
      await one.initialize();
      await control.scan({ qr: (await shown)[0], number, pushname: `Owner of ${number}` });
      await ready;
      return one;
    },
    async restored(profile, wishes) {
      const one = stage.client(profile, wishes);
      const ready = saw(one, 'ready');
      await one.initialize();
      await one.hearOfSync();
      await ready;
      return one;
    },
    async close(one) {
      open.delete(one);
      await one.leave();
    },
    async kill(one) {
      open.delete(one);
      await one.kill();
    },
    async clear() {
      await Promise.all([...open].map((one) => stage.close(one)));
      await control.reset();
    },
    async end() {
      await stage.clear();
      await simulator.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
  return stage;
}
