import { setTimeout as pause } from 'node:timers/promises';
import type { ProcessEntry } from '#libs/processes/process-entry';
import { isAlive } from '#libs/processes/process-identity';
import { nameOf } from '#test/support/whatsapp-stage';
import { type Manner, partsOf, type Strike, type StrikeKind, type Target } from './plan.js';
import { signalTo } from './processes.js';
import type { ChaosStage } from './stage.js';

/** A strike that hit. */
export interface Struck {
  readonly kind: StrikeKind;
  readonly at: number;
  readonly victim: ProcessEntry;
  readonly name: string;
  /** Resolves when what is held is let go, or ended by an operator. Never rejects. */
  readonly over: Promise<void>;
  /** Killed, or frozen by somebody who never lets go: it, and what hangs on it, must be gone before anything is back. */
  readonly mustGo: readonly ProcessEntry[];
}

/** A process that is being started by then is there; else there is nothing to strike. */
const FIND_MS_MAX = 3_000;
const FIND_EVERY_MS = 20;
/** What a signal that asks takes to have its effect, and the loss of a database to be told by /health/ready. */
const TAKES_MS = 700;
/** Nothing in Muster ends its own process or its database that is frozen: here an operator does, past all heartbeats. */
const OPERATOR_AFTER_MS = 6_000;

/** Null: there was none to strike. */
export async function strikeNow(stage: ChaosStage, { kind, pick, holdMs }: Strike): Promise<Struck | null> {
  const { target, manner } = partsOf(kind);
  const victim = await find(stage, target, pick);
  if (victim === null) return null;
  const name = nameOf(victim);
  const mustGo = manner === 'kill' || manner === 'freeze' ? stage.ours.fallingWith(victim) : [];
  send(stage, target, victim, SIGNALS[manner]);
  return { kind, at: Date.now(), victim, name, over: followUp(stage, target, manner, victim, holdMs), mustGo };
}

const SIGNALS = { kill: 'SIGKILL', term: 'SIGTERM', pause: 'SIGSTOP', freeze: 'SIGSTOP' } as const;

async function find({ ours }: ChaosStage, target: Target, pick: number): Promise<ProcessEntry | null> {
  const deadline = performance.now() + FIND_MS_MAX;
  for (;;) {
    const victims = ours.victims(target).filter(isAlive);
    if (victims.length > 0) return victims[Math.floor(pick * victims.length)]!;
    if (performance.now() > deadline) return null;
    await pause(FIND_EVERY_MS);
  }
}

function send({ service }: ChaosStage, target: Target, victim: ProcessEntry, signal: NodeJS.Signals): void {
  if (target === 'runtime' && service.pid === victim.pid) service.send(signal);
  else signalTo(victim, signal);
}

async function followUp(
  stage: ChaosStage,
  target: Target,
  manner: Manner,
  victim: ProcessEntry,
  holdMs: number,
): Promise<void> {
  const isStore = target === 'Postgres' || target === 'backend';
  if (manner === 'term' || (manner === 'kill' && isStore)) await pause(TAKES_MS);
  if (manner === 'pause') {
    await pause(holdMs);
    send(stage, target, victim, 'SIGCONT');
  }
  if (manner === 'freeze' && (target === 'runtime' || target === 'Postgres')) {
    await pause(OPERATOR_AFTER_MS);
    send(stage, target, victim, 'SIGKILL');
  }
}
