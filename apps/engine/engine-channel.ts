import type { FromEngine } from '#libs/contracts/engine-ipc';

/** The host's end of the line to the runtime. */
export interface EngineChannel {
  /** Never throws: on a dead line a message is lost, and the guardian acts on the loss of the line itself. */
  send(message: FromEngine): void;
  /** Resolves when what was said is on its way, or can't be: a process that exits earlier loses its last words. */
  flushed(): Promise<void>;
  onMessage(hear: (raw: unknown) => void): void;
  /** The runtime has gone, in whatever way. */
  onDisconnect(run: () => void): void;
}

/** A runtime that is frozen reads nothing; its last words then stay unsaid. */
const FLUSH_MS_MAX = 500;

/** The IPC channel that this process was forked with. */
export function parentChannel(): EngineChannel {
  if (!process.send) throw new Error('an engine host is started by the runtime, not by hand');
  return {
    send(message) {
      if (process.connected) process.send?.(message, undefined, {}, () => undefined);
    },
    flushed: () =>
      new Promise((resolve) => {
        if (!process.connected) return resolve();
        setTimeout(resolve, FLUSH_MS_MAX);
        process.send?.({ kind: 'heartbeat' } satisfies FromEngine, undefined, {}, () => resolve());
      }),
    onMessage: (hear) => void process.on('message', hear),
    onDisconnect: (run) => void process.on('disconnect', run),
  };
}
