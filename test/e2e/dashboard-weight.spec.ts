import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const BUILT = join('dist', 'dashboard');
/** All that a browser fetches before it shows accounts, as it travels: a second on a line of 2 Mbit/s. */
const FIRST_LOAD_KB_MAX = 250;
/** What a script waits for before it runs; what it fetches later, it asks for by `import(…)`. */
const AWAITED = /(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g;
const ASKED_FOR = /(?:src|href)="\.\/(assets\/[\w.-]+)"/g;

it(`the dashboard needs at most ${FIRST_LOAD_KB_MAX} kB before it shows accounts, and fetches the other pages later`, async () => {
  const page = await readFile(join(BUILT, 'index.html'), 'utf8');
  const sizes = new Map([['index.html', gzipSync(page).length]]);
  const waiting = [...page.matchAll(ASKED_FOR)].map(([, path]) => path!);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (sizes.has(path)) continue;
    const file = await readFile(join(BUILT, path));
    sizes.set(path, gzipSync(file).length);
    if (path.endsWith('.js')) for (const [, name] of file.toString().matchAll(AWAITED)) waiting.push(`assets/${name}`);
  }
  const kilobytes = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0) / 1_024;
  expect([...sizes.keys()].filter((path) => /inspector|elk|supervision|operations|leases-/.test(path))).toEqual([]);
  expect(sizes.size).toBeGreaterThanOrEqual(3);
  expect(kilobytes).toBeLessThanOrEqual(FIRST_LOAD_KB_MAX);
});
