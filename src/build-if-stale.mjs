import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Builds what in `dist` is missing or older than anything it is made from. The compiler alone needs a second to find that
 * nothing has changed, more on a busy machine; looking at 400 files takes a tenth of that, and a restart is what people wait for.
 * A stamp is set only after a build without errors, with the time of its beginning: what changes meanwhile is built next time.
 *
 * With names as arguments it looks at those parts alone.
 */
const DASHBOARD = join('apps', 'dashboard');
const PARTS = {
  runtime: {
    stamp: 'dist/.built',
    folders: ['src', 'apps', 'libs', 'migrations', 'test'],
    without: DASHBOARD,
    files: ['tsconfig.json', 'package.json', 'package-lock.json'],
    command: ['node_modules/ts7/bin/tsc', '-p', 'tsconfig.json'],
  },
  dashboard: {
    stamp: 'dist/.built-dashboard',
    folders: [DASHBOARD, 'libs/client', 'libs/contracts'],
    files: ['apps/simulator/demo/demo-words.ts', 'package.json', 'package-lock.json'],
    command: ['node_modules/vite/bin/vite.js', 'build', DASHBOARD, '--logLevel', 'warn'],
  },
};

const wanted = process.argv.slice(2);
for (const [name, part] of Object.entries(PARTS)) if (wanted.length === 0 || wanted.includes(name)) buildIfStale(part);

function buildIfStale({ stamp, command, ...sources }) {
  const began = new Date();
  if (newestSourceMs(sources) < changedMs(stamp)) return;
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  mkdirSync('dist', { recursive: true });
  writeFileSync(stamp, '');
  utimesSync(stamp, began, began);
}

/** Of files and folders: a file that was removed or renamed changes its folder. */
function newestSourceMs({ folders, files, without }) {
  const inside = folders.flatMap((folder) => [
    folder,
    ...readdirSync(folder, { recursive: true }).map((name) => join(folder, name)),
  ]);
  const ours = without === undefined ? inside : inside.filter((path) => !path.startsWith(without));
  return Math.max(...[...files, ...ours].map(changedMs));
}

/** Since 1970; 0 for what is not there. */
function changedMs(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
