import { statfsSync } from 'node:fs';
import type { ReadinessPart } from './runtime-state.js';

/** Room on this path's disk that we may use. One system call on a mounted disk, no reading of folders. */
export function freeMbOn(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return Math.floor((bavail * bsize) / BYTES_IN_MB);
}

/**
 * Readiness part `disk`: down when DATA_DIR's disk has less room than `freeMbMin`, or can't be asked. It comes up by itself
 * when there is room again.
 */
export function watchDisk(dataDir: string, freeMbMin: number): ReadinessPart {
  return {
    name: 'disk',
    check() {
      const freeMb = freeMbOn(dataDir);
      if (freeMb >= freeMbMin) return { status: 'up', freeMb };
      return { status: 'down', freeMb, freeMbMin, message: 'the disk of DATA_DIR is full: make room on it' };
    },
  };
}

/**
 * Why no browser may be started on this path's disk now; null when nothing stands in the way. One that can't be asked
 * counts as full, as in `disk` above: it may be gone with all logins, and a browser without its login asks for a new one.
 */
export function diskObstacle(path: string, freeMbMin: number): DiskObstacle | null {
  try {
    const freeMb = freeMbOn(path);
    if (freeMb >= freeMbMin) return null;
    return { reason: 'disk_full', detail: `${freeMb} MB are free, ${freeMbMin} MB are needed` };
  } catch (error) {
    return { reason: 'disk_full', detail: `its free room can’t be told: ${String(error)}` };
  }
}

export interface DiskObstacle {
  readonly reason: 'disk_full';
  readonly detail: string;
}

const BYTES_IN_MB = 1_048_576;
