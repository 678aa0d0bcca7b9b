import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectSimulatorControl, type SimulatorControl } from '../control/control-client.js';
import { text } from '../messages/message-words.js';
import { startSimulator, type Simulator } from '../simulator.js';
import { type FrameFromPage, type FrameToPage } from '../session/wire.js';

/** The server's side of faults, seen by a page of twenty lines: without a browser, each takes milliseconds. */
const alice = '491700000001';
const keys = { noise: 'n', identity: 'i', adv: 'a', platform: '1' };

let folder: string;
let simulator: Simulator;
let control: SimulatorControl;
const pages: WebSocket[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'server-'));
  simulator = await startSimulator({ dataDir: folder, pairMs: 0, syncMs: 0 });
  control = connectSimulatorControl(`http://127.0.0.1:${simulator.controlPort}`);
});
afterEach(async () => {
  for (const page of pages.splice(0)) page.terminate();
  await expect.poll(() => control.pages()).toEqual([]);
  await control.reset();
});
afterAll(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});

interface TestPage {
  readonly heard: FrameToPage[];
  readonly socket: WebSocket;
  readonly say: (frame: FrameFromPage) => void;
  readonly types: () => readonly string[];
}

interface Login {
  readonly device: string;
  readonly token: string;
}

async function openPage(login: Login | null, cookie = login?.device): Promise<TestPage> {
  const headers = cookie === undefined ? {} : { cookie: `stand_in_device=${cookie}` };
  const socket = new WebSocket(`wss://127.0.0.1:${simulator.webPort}/line`, { rejectUnauthorized: false, headers });
  pages.push(socket);
  const heard: FrameToPage[] = [];
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString('utf8')) as FrameToPage));
  socket.on('error', () => {}); // a reset is told as `close`, too
  await once(socket, 'open');
  const say = (frame: FrameFromPage): void => socket.send(JSON.stringify(frame));
  const types = (): readonly string[] => heard.map(({ type }) => type).filter((type) => type !== 'ask-first');
  say({ type: 'hello', login, keys });
  return { heard, socket, say, types };
}

/** Pairs a page, and answers what its profile would keep. */
async function pair(): Promise<Login> {
  const page = await openPage(null);
  await expect.poll(async () => (await control.pages())[0]?.qr ?? null).not.toBeNull();
  await control.scan({ qr: (await control.pages())[0]!.qr!, number: alice });
  await expect.poll(page.types).toContain('paired');
  const paired = page.heard.find((frame) => frame.type === 'paired')!;
  page.socket.terminate();
  await expect.poll(() => control.pages()).toEqual([]);
  return { device: paired.me.device, token: paired.token };
}

/** The status of the document, or the error's code. */
function fetchDocument(device: string, path = '/'): Promise<number | string> {
  const headers = { cookie: `stand_in_device=${device}` };
  return new Promise((resolve) => {
    get(
      `https://127.0.0.1:${simulator.webPort}${path}`,
      { rejectUnauthorized: false, headers, agent: false },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    ).on('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? error.message));
  });
}

describe('faults of the server', () => {
  it('connection_reset resets the document of the device it aims at, and of nobody else', async () => {
    const { device } = await pair();
    await control.setFault({ name: 'connection_reset', number: alice });
    expect([await fetchDocument(device), await fetchDocument(device, '/main.js'), await fetchDocument('d0')]).toEqual([
      'ECONNRESET',
      200,
      200,
    ]);
  });

  it('network_cut by reset: lines die, nothing is reached, until it is removed', async () => {
    const login = await pair();
    const page = await openPage(login);
    await expect.poll(page.types).toContain('welcome');
    const closed = once(page.socket, 'close');
    const cut = await control.setFault({ name: 'network_cut', device: login.device });
    await closed;
    expect([await fetchDocument(login.device), await fetchDocument(login.device, '/main.js')]).toEqual([
      'ECONNRESET',
      'ECONNRESET',
    ]);
    await expect(openPage(login)).rejects.toThrow();
    await control.removeFault(cut.id);
    expect(await fetchDocument(login.device)).toBe(200);
  });

  it('network_cut in silence: lines stay, all waits, and arrives when it is removed; a test is heard through it', async () => {
    const login = await pair();
    const page = await openPage(login);
    await expect.poll(page.types).toContain('welcome');
    const cut = await control.setFault({ name: 'network_cut', mode: 'silent', number: alice });
    page.say({ type: 'send', rid: 7, id: 'M1', to: '491700000009@c.us', content: text('hello'), t: 1 });
    const document = fetchDocument(login.device);
    const line = openPage(login);
    await control.sendIn({ from: '491700000009', to: alice, text: 'are you there?' });
    await control.do({ number: alice, deed: 'reload' });
    await expect.poll(page.types).toContain('do');
    expect(page.types()).not.toContain('message');
    expect(await control.journal({ kind: 'message.accepted' })).toEqual([]);
    expect(page.socket.readyState).toBe(WebSocket.OPEN);
    await control.removeFault(cut.id);
    expect(await document).toBe(200);
    await expect.poll(page.types).toEqual(expect.arrayContaining(['message', 'reply']));
    expect(await control.journal({ kind: 'message.accepted' })).toHaveLength(1);
    await expect.poll((await line).types).toContain('welcome');
  });

  it('a state forced before the login keeps the page from it; an unrelated fault that is removed does not free it', async () => {
    const login = await pair();
    const forced = await control.setFault({ name: 'state', state: 'OPENING', number: alice, times: 1 });
    const another = await control.setFault({ name: 'http_500' });
    const page = await openPage(login);
    await expect.poll(page.types).toEqual(['force-state']);
    await control.removeFault(another.id);
    expect((await control.pages())[0]).toMatchObject({ device: null });
    await control.removeFault(forced.id);
    await expect.poll(page.types).toEqual(['force-state', 'force-state', 'welcome', 'flushed']);
  });

  it('of two pages with one login the older is superseded, and can take over', async () => {
    const login = await pair();
    const older = await openPage(login);
    await expect.poll(older.types).toContain('welcome');
    const newer = await openPage(login);
    await expect.poll(older.types).toContain('superseded');
    older.say({ type: 'hello', login, keys });
    await expect.poll(newer.types).toContain('superseded');
    expect(older.types().filter((type) => type === 'welcome')).toHaveLength(2);
  });
});
