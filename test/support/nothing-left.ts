import { waitUntil } from '#libs/client/wait-until';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { isAlive } from '#libs/processes/process-identity';
import { nameOf, type WhatsappStage } from './whatsapp-stage.js';

/** Nothing of ours is alive so long after its end; the helpers of a browser go a moment after it. */
const GONE = { timeoutMs: 5_000, everyMs: 20 };

/** Rejects, and names them, when some of these live on. */
export async function untilGone(entries: readonly ProcessEntry[], limits = GONE): Promise<void> {
  await untilNone('these to be gone', async () => entries.filter(isAlive).map(nameOf), limits);
}

/** After a stop: neither one of these nor anybody else who works in the runtime's folder, and no lock of a profile. */
export async function untilNothingLeft(stage: WhatsappStage, started: readonly ProcessEntry[]): Promise<void> {
  await untilGone(started);
  await untilNone('nobody to be left', async () => stage.strays(), GONE);
  await untilNone('no profile to be locked', () => stage.profileLocks(), GONE);
}

const untilNone = (what: string, look: () => Promise<readonly string[]>, limits: typeof GONE) =>
  waitUntil(what, look, (left) => left.length === 0, limits);
