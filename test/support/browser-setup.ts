import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBrowser } from '#libs/drivers/whatsapp/browser/browser-fetcher';

/** Before the system tests: a browser that is there, is fetched, or is installed. Tests find it by CHROMIUM_PATH. */
export async function setup(): Promise<void> {
  const say = (data: object, text: string): void => void process.stdout.write(`${text} ${JSON.stringify(data)}\n`);
  const ensured = await ensureBrowser({
    dataDir: join(tmpdir(), 'muster-tests'),
    browser: { chromiumPath: process.env['CHROMIUM_PATH'] ?? null, whatsappBrowser: 'auto' },
    log: { debug: say, info: say, warn: say, error: say },
  });
  if (!ensured.ok) throw new Error(`the system tests need a browser: ${ensured.why}`);
  process.env['CHROMIUM_PATH'] = ensured.path;
}
