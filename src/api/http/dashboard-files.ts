import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export interface DashboardFile {
  readonly body: Buffer;
  readonly gzipped: Buffer;
  readonly type: string;
  readonly etag: string;
  /** Its name changes with its content, so it may be kept for ever. */
  readonly hashed: boolean;
}
/** By its path below /dashboard/; the page itself is `index.html`. */
export type DashboardFiles = ReadonlyMap<string, DashboardFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/**
 * All files of the built dashboard, read at once: they are few and small, and what is served from a list of known names
 * cannot be led out of its folder by any spelling of an address. Empty when it has not been built.
 */
export function readDashboard(folder = builtDashboard()): DashboardFiles {
  if (!existsSync(join(folder, 'index.html'))) return new Map();
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extname(entry.name) in TYPES)
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
  return new Map(names.map((name) => [name, readOne(folder, name)]));
}

function readOne(folder: string, name: string): DashboardFile {
  const body = readFileSync(join(folder, name));
  return {
    body,
    gzipped: gzipSync(body, { level: 6 }),
    type: TYPES[extname(name)]!,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`,
    hashed: name.startsWith('assets/'),
  };
}

/** `dist/dashboard` beside the nearest package.json: sources and the build lie at different depths. */
function builtDashboard(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json')) && dirname(directory) !== directory)
    directory = dirname(directory);
  return join(directory, 'dist', 'dashboard');
}
