import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Message } from 'whatsapp-web.js';
import { connectSimulatorControl, type SimulatorControl } from '#apps/simulator/control-client';
import { startSimulator, type Simulator } from '#apps/simulator/simulator';
import { createLibraryClient, saw, type LibraryClient } from './library-client.js';

const alice = '491700000001';
const bob = '491700000002';
const stranger = '491700000009';

let folder: string;
let simulator: Simulator;
let control: SimulatorControl;
const open = new Set<LibraryClient>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
  simulator = await startSimulator({ dataDir: join(folder, 'simulator') });
  control = connectSimulatorControl(`http://127.0.0.1:${simulator.controlPort}`);
});

afterEach(async () => {
  await Promise.all([...open].map(close));
  await control.reset();
});

afterAll(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
});

function client(profile: string, pairWithPhone?: string): LibraryClient {
  const made = createLibraryClient({
    dataPath: join(folder, profile),
    chromiumArgs: simulator.chromiumArgs,
    ...(pairWithPhone === undefined ? {} : { pairWithPhone }),
  });
  open.add(made);
  return made;
}

async function close(one: LibraryClient): Promise<void> {
  open.delete(one);
  await one.destroy();
}

/** A client that has scanned its QR and is ready. */
async function paired(profile: string, number: string): Promise<LibraryClient> {
  const one = client(profile);
  const ready = saw(one, 'ready');
  const shown = saw<[string]>(one, 'qr');
  await one.initialize();
  const [qr] = await shown;
  await control.scan({ qr, number, pushname: 'Alice' });
  await ready;
  return one;
}

describe('the stand-in of WhatsApp, seen by the unmodified library', () => {
  it('pairs by QR and becomes ready with its number', async () => {
    const one = client('qr');
    const ready = saw(one, 'ready');
    const shown = saw<[string]>(one, 'qr');
    await one.initialize();
    const [first] = await shown;
    const [page] = await control.pages();
    expect(page).toMatchObject({ state: 'UNPAIRED', qr: first, number: null });
    const rotated = saw<[string]>(one, 'qr');
    await control.rotateQr(page!.id);
    const [second] = await rotated;
    expect(second).not.toBe(first);
    await expect(control.scan({ qr: first, number: alice })).rejects.toMatchObject({ code: 'qr_not_shown' });
    await control.scan({ qr: second, number: alice, pushname: 'Alice' });
    await ready;
    expect(one.info.wid._serialized).toBe(`${alice}@c.us`);
    expect(one.info.pushname).toBe('Alice');
    expect(await one.getState()).toBe('CONNECTED');
    expect((await control.pages())[0]).toMatchObject({ state: 'CONNECTED', hasSynced: true, number: alice, gaps: [] });
  });
});
