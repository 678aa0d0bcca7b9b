import wwebjs from 'whatsapp-web.js';
import { createInterface } from 'node:readline';
import { type BareOrder, type BareSend, type BareWord } from './bare-words.js';

/**
 * What anybody writes first: the library as published, one client an account, all started at once, in one process. It is
 * what our figures are compared with. `kick` is the one thing that it must do to end at all: tell the library that the
 * page had synced before it listened. Started by bare.ts with its order as argument. The end of its input ends it, not
 * a signal: puppeteer answers those with a kill, which loses logins.
 */
const KICK_LOOK_EVERY_MS = 250;
const LIBRARY_SILENT_MS = 1_000;

interface Page {
  evaluate<T>(script: string): Promise<T>;
}

main(JSON.parse(process.argv[2] ?? 'null') as BareOrder);

function main(order: BareOrder): void {
  const clients = Array.from({ length: order.count }, (_, n) => start(n, order));
  createInterface({ input: process.stdin }).on('line', (line) => void sendAll(clients, JSON.parse(line) as BareSend));
  process.stdin.once('end', () => {
    void Promise.allSettled(clients.map((client) => client.destroy())).then(() => process.exit(0));
  });
}

async function sendAll(clients: readonly wwebjs.Client[], { to, count }: BareSend): Promise<void> {
  const beganAt = performance.now();
  const chat = `${to.slice(1)}@c.us`;
  try {
    await Promise.all(
      clients.map(async (client) => {
        for (let n = 0; n < count; n += 1)
          await client.sendMessage(chat, `message ${n} of this round`, { waitUntilMsgSent: true });
      }),
    );
    say({ is: 'sent', seconds: (performance.now() - beganAt) / 1_000 });
  } catch (error) {
    say({ is: 'failed', n: 0, why: String(error) });
  }
}

function start(n: number, { dataPath, puppeteer }: BareOrder): wwebjs.Client {
  const client = new wwebjs.Client({
    authStrategy: new wwebjs.LocalAuth({ dataPath, clientId: String(n) }),
    webVersionCache: { type: 'none' },
    puppeteer,
  });
  const kick = kickWhenSilent(client);
  client.on('qr', (qr) => say({ is: 'qr', n, qr }));
  client.on('ready', () => {
    clearInterval(kick);
    say({ is: 'ready', n });
  });
  client.initialize().catch((error: unknown) => say({ is: 'failed', n, why: String(error) }));
  return client;
}

function kickWhenSilent(client: wwebjs.Client): NodeJS.Timeout {
  let syncedAt: number | null = null;
  let heard = false;
  client.on('authenticated', () => (heard = true));
  const timer = setInterval(() => {
    const page = client.pupPage as unknown as Page | undefined;
    if (heard || !page) return;
    page
      .evaluate<boolean>('!!window.WWebJS || !!window.Debug && !!window.require("WAWebSocketModel").Socket.hasSynced')
      .then((synced) => {
        if (!synced || heard) return;
        syncedAt ??= performance.now();
        if (performance.now() - syncedAt < LIBRARY_SILENT_MS) return;
        heard = true;
        return page.evaluate<void>('void window.onAppStateHasSyncedEvent()');
      })
      .catch(() => undefined); // the page is on its way somewhere: the next look finds it
  }, KICK_LOOK_EVERY_MS);
  return timer;
}

function say(word: BareWord): void {
  process.stdout.write(`${JSON.stringify(word)}\n`);
}
