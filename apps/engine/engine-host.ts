import type { Provider } from '#libs/contracts/account';
import { toEngineSchema, type ToEngine } from '#libs/contracts/engine-ipc';
import {
  ENGINE_HEARTBEAT_EVERY_MS,
  ENGINE_HEARTBEAT_MISSING_MS_MAX,
  ENGINE_ORPHAN_CLOSE_MS_MAX,
} from '#libs/contracts/limits/machines';
import { CLOSE_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import type { Driver } from '#libs/drivers/driver';
import type { EngineChannel } from './engine-channel.js';
import { createHostedSessions } from './hosted-sessions.js';

export interface EngineHostOptions {
  readonly channel: EngineChannel;
  readonly drivers: ReadonlyMap<Provider, Driver>;
  /** Ends the process. Called once, when everything is closed. */
  readonly exit: (code: number) => void;
  /** Defaults from limits/machines.ts; shorter in tests. */
  readonly limits?: Partial<typeof LIMITS>;
}

const LIMITS = {
  heartbeatEveryMs: ENGINE_HEARTBEAT_EVERY_MS,
  renewalMissingMsMax: ENGINE_HEARTBEAT_MISSING_MS_MAX,
  orphanCloseMsMax: ENGINE_ORPHAN_CLOSE_MS_MAX,
  leaveMsMax: CLOSE_DEADLINE_MS,
};

/** Of the time an orphan may take, what is kept for killing those that did not close. */
const ORPHAN_ASK_SHARE = 0.8;

/**
 * A process that runs drivers out of the runtime's event loop, and the guardian of what they started: it closes all
 * sessions and leaves when it is told to, when the line to the runtime breaks, and when the runtime has not renewed
 * its deadline (it may be frozen, and another may take over its accounts).
 */
export function runEngineHost({ channel, drivers, exit, limits: given }: EngineHostOptions): void {
  const limits = { ...LIMITS, ...given };
  const sessions = createHostedSessions(drivers, (message) => channel.send(message));
  const hurry = new AbortController();
  let leaving = false;
  let orphanedAlready = false;

  const leave = async (askMs: number): Promise<void> => {
    if (leaving) return;
    leaving = true;
    channel.send({ kind: 'leaving' });
    let code = 0;
    try {
      await sessions.closeAll(askMs, hurry.signal);
    } catch (error) {
      channel.send({ kind: 'log', level: 'error', text: `closing failed: ${String(error)}` });
      code = 1;
    }
    await channel.flushed();
    stopWatching();
    exit(code);
  };
  const orphaned = (): void => {
    if (orphanedAlready) return;
    orphanedAlready = true;
    const askMs = limits.orphanCloseMsMax * ORPHAN_ASK_SHARE;
    if (leaving)
      setTimeout(() => hurry.abort(), askMs); // it was told to leave in peace by a runtime that has gone meanwhile
    else void leave(askMs);
  };
  const { renew, stopWatching } = watchRuntime(limits, () => channel.send({ kind: 'heartbeat' }), orphaned);

  const obey = (order: ToEngine): void => {
    renew();
    if (order.kind === 'renew' || leaving) return;
    if (order.kind === 'leave') return void leave(limits.leaveMsMax);
    if (order.kind === 'open') return sessions.open(order);
    if (order.kind === 'ask') return void sessions.ask(order);
    if (order.kind === 'kill') return void sessions.kill(order);
    return void sessions.discardLogin(order);
  };
  channel.onMessage((raw) => {
    const order = toEngineSchema.safeParse(raw);
    if (order.success) return obey(order.data);
    channel.send({ kind: 'log', level: 'error', text: `not understood: ${order.error.message}` });
  });
  channel.onDisconnect(orphaned);
  channel.send({ kind: 'hello', pid: process.pid });
}

/** Beats to the end, and notices when the runtime doesn't. A host that was itself asleep first reads what came in meanwhile. */
function watchRuntime(
  limits: typeof LIMITS,
  beat: () => void,
  orphaned: () => void,
): { renew: () => void; stopWatching: () => void } {
  let renewedAt = performance.now();
  let lookedAt = performance.now();
  const timer = setInterval(() => {
    beat();
    const now = performance.now();
    const wasAsleep = now - lookedAt > 2 * limits.heartbeatEveryMs;
    lookedAt = now;
    if (!wasAsleep && now - renewedAt > limits.renewalMissingMsMax) orphaned();
  }, limits.heartbeatEveryMs);
  return {
    renew: () => void (renewedAt = performance.now()),
    stopWatching: () => clearInterval(timer),
  };
}
