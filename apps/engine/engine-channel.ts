import type { FromEngine } from '#libs/contracts/engine-ipc';

/** The host's end of the line to the runtime. */
export interface EngineChannel {
  /** Never throws: on a dead line a message is lost, and the guardian acts on the loss of the line itself. */
  send(message: FromEngine): void;
  onMessage(hear: (raw: unknown) => void): void;
  /** The runtime has gone, in whatever way. */
  onDisconnect(run: () => void): void;
}

/** The IPC channel that this process was forked with. */
export function parentChannel(): EngineChannel {
  if (!process.send) throw new Error('an engine host is started by the runtime, not by hand');
  return {
    send(message) {
      if (process.connected) process.send?.(message, undefined, {}, () => undefined);
    },
    onMessage: (hear) => void process.on('message', hear),
    onDisconnect: (run) => void process.on('disconnect', run),
  };
}
