import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Builds when `dist` is missing or older than anything it is made from. The compiler alone needs a second to find that
 * nothing has changed, more on a busy machine; looking at 400 files takes a tenth of that, and a restart is what people wait for.
 * The stamp is set only after a build without errors, with the time of its beginning: what changes meanwhile is built next time.
 */
const STAMP = 'dist/.built';
const FOLDERS = ['src', 'apps', 'libs', 'migrations', 'test'];
const FILES = ['tsconfig.json', 'package.json', 'package-lock.json'];

const began = new Date();
if (newestSourceMs() >= changedMs(STAMP)) {
  const { status } = spawnSync(process.execPath, ['node_modules/ts7/bin/tsc', '-p', 'tsconfig.json'], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(STAMP, '');
  utimesSync(STAMP, began, began);
}

/** Of files and folders: a file that was removed or renamed changes its folder. */
function newestSourceMs() {
  const inside = FOLDERS.flatMap((folder) => [
    folder,
    ...readdirSync(folder, { recursive: true }).map((name) => join(folder, name)),
  ]);
  return Math.max(...[...FILES, ...inside].map(changedMs));
}

/** Since 1970; 0 for what is not there. */
function changedMs(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
