import { statfs } from 'node:fs/promises';
import type { ReadinessPart } from './runtime-state.js';

/**
 * Readiness part `disk`: down when DATA_DIR's disk has less room than `freeMbMin`, or can't be asked. One system call, no
 * reading of folders. It comes up by itself when there is room again.
 */
export function watchDisk(dataDir: string, freeMbMin: number): ReadinessPart {
  return {
    name: 'disk',
    async check() {
      const { bavail, bsize } = await statfs(dataDir);
      const freeMb = Math.floor((bavail * bsize) / BYTES_IN_MB);
      if (freeMb >= freeMbMin) return { status: 'up', freeMb };
      return { status: 'down', freeMb, freeMbMin, message: 'the disk of DATA_DIR is full: make room on it' };
    },
  };
}

const BYTES_IN_MB = 1_048_576;
