import { setTimeout as pause } from 'node:timers/promises';
import { ControlRefusal, type SimulatorControl } from '#apps/simulator/control/control-client';
import type { FaultOrder } from '#apps/simulator/faults/fault-words';
import type { Round, Trouble } from './plan.js';
import type { ChaosStage } from './stage.js';

type Aimed = (number: string) => FaultOrder;
/** Faults of the stand-in that last until they are removed, or have struck so often; those of a start meet whoever starts first. */
const FAULTS: Readonly<Partial<Record<Trouble, Aimed>>> = {
  'network reset': (number) => ({ name: 'network_cut', mode: 'reset', number }),
  'network silent': (number) => ({ name: 'network_cut', mode: 'silent', number }),
  'socket down': (number) => ({ name: 'socket_down', number }),
  'hasSynced early': () => ({ name: 'has_synced', when: 'early', times: 1 }),
  'hasSynced never': () => ({ name: 'has_synced', when: 'never', times: 1 }),
  'send taken, unanswered': (number) => ({ name: 'unanswered_sends', taken: true, number, times: 1 }),
  'send lost, unanswered': (number) => ({ name: 'unanswered_sends', taken: false, number, times: 1 }),
  'sends refused': (number) => ({ name: 'refuse_sends', number, times: 1 }),
  'site answers 500': () => ({ name: 'http_500', times: 1 }),
  'page never boots': () => ({ name: 'never_boots', times: 1 }),
  'slow sync': () => ({ name: 'slow', stage: 'sync', ms: 2_000, times: 2 }),
  conflict: (number) => ({ name: 'state', state: 'CONFLICT', number, times: 1 }),
};
const DEEDS: Readonly<Partial<Record<Trouble, (number: string) => Parameters<SimulatorControl['do']>[0]>>> = {
  'page crash': (number) => ({ deed: 'crash', number }),
  'page reload': (number) => ({ deed: 'reload', number }),
  'page hangs': (number) => ({ deed: 'hang', ms: 4_000, number }),
};
/** A page asks again for what was not answered when its line was down for a moment; as lines of phones are. */
const BLINK_MS = 300;
/** What a deed takes to show. */
const DEED_MS = 500;
/** Below DISK_FREE_MB_MIN, or to the last byte. */
const DISK_LEFT_MB = 50;

/** Plays it until its time is over. Answers whether it could be played. */
export async function playTrouble(
  stage: ChaosStage,
  { name, pick, holdMs }: NonNullable<Round['trouble']>,
): Promise<boolean> {
  const { standIn, fleet, disk } = stage;
  if (name === 'disk full') {
    if (disk === null) return false;
    await disk.fill(pick < 0.5 ? 0 : DISK_LEFT_MB);
    await pause(holdMs);
    await disk.makeRoom();
    return true;
  }
  const members = fleet.active.filter(({ paired }) => paired);
  const member = members[Math.floor(pick * members.length)];
  if (member === undefined) return false;
  const [fault, deed] = [FAULTS[name]?.(member.number), DEEDS[name]?.(member.number)];
  try {
    if (fault !== undefined) await standIn.control.setFault(fault);
    if (deed !== undefined) await standIn.control.do(deed);
    await pause(deed === undefined ? holdMs : DEED_MS);
    if (name.endsWith('unanswered')) await blink(standIn.control, member.number);
    return true;
  } catch (error) {
    if (error instanceof ControlRefusal || isSilence(error)) return false; // no page to tell, or the stand-in is frozen
    throw error;
  }
}

async function blink(control: SimulatorControl, number: string): Promise<void> {
  const { id } = await control.setFault({ name: 'socket_down', number });
  await pause(BLINK_MS);
  await control.removeFault(id);
}

/** A frozen stand-in answers in the end, or not at all within the limit of a call. */
export const isSilence = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'TimeoutError' || error.message === 'fetch failed');
