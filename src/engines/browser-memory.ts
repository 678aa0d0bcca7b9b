import { readFile } from 'node:fs/promises';
import { holdsOption, listProcesses, listTree } from '#libs/processes/process-table';

/**
 * Bytes of memory of all browsers whose profiles lie in this folder: the proportional share (PSS) of each process, so
 * that pages shared between them count once. Null where the system doesn't tell (macOS).
 */
export async function browsersBytes(sessionsDir: string): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const all = listProcesses();
  const browsers = all.filter((entry) => holdsOption(entry.arguments(), `--user-data-dir=${sessionsDir}/`));
  const tree = listTree(
    browsers.map(({ pid }) => pid),
    all,
  );
  const shares = await Promise.all(tree.map(({ pid }) => shareOf(pid)));
  return shares.reduce((sum, share) => sum + share, 0);
}

/** A process that has ended meanwhile has no memory. */
async function shareOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const kilobytes = /^Pss:\s+(\d+) kB/m.exec(rollup)?.[1];
  return kilobytes === undefined ? 0 : Number(kilobytes) * 1024;
}
