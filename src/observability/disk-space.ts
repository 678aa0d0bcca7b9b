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

const BYTES_IN_MB = 1_048_576;
