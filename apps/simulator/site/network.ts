import { type Socket } from 'node:net';
import { type Duplex } from 'node:stream';
import { type Faults, type Who } from '../faults/faults.js';

/** The TCP connections of all browsers, and what a cut network (the fault `network_cut`) does to them. */
export interface Network {
  /** A browser has dialled; whose it is nobody knows yet. */
  dialled(connection: Socket): void;
  /** Resets the connection that carries this request or line, as a router does: the browser reads ECONNRESET. */
  reset(carried: Duplex): void;
  /** Lets through what a browser asks for; a cut network resets it, or, cut in silence, keeps it until it is whole again. */
  pass(who: Who, carried: Duplex, go: () => void): void;
  /** A fault was removed: lets through what is no longer cut. */
  heal(): void;
  close(): void;
}

/** A browser opens six connections to a site at most; beyond this something dials in a loop, and is reset. */
const HELD_MAX = 10_000;

export function createNetwork(faults: Faults): Network {
  /** By the browser's port: below TLS there is no other name for a connection, and only the connection itself can be reset. */
  const connections = new Map<number, Socket>();
  const held = new Map<Duplex, { readonly who: Who; readonly go: () => void }>();
  const network: Network = {
    dialled(connection) {
      const port = connection.remotePort ?? 0;
      connections.set(port, connection);
      connection.once('close', () => {
        if (connections.get(port) === connection) connections.delete(port);
      });
    },
    reset(carried) {
      const connection = connections.get((carried as Partial<Socket>).remotePort ?? 0);
      // Not while Node still reads from it: its list of connections would keep a hole, and closing the server would fail.
      setImmediate(() => {
        connection?.resetAndDestroy();
        carried.destroy();
      });
    },
    pass(who, carried, go) {
      const cut = faults.strike('network_cut', who);
      if (cut === undefined) return go();
      if (cut.mode === 'reset' || held.size >= HELD_MAX) return network.reset(carried);
      held.set(carried, { who, go });
      carried.once('close', () => held.delete(carried));
    },
    heal() {
      for (const [carried, { who, go }] of [...held]) {
        if (faults.isSet('network_cut', who)) continue;
        held.delete(carried);
        if (!carried.destroyed) go();
      }
    },
    close() {
      held.clear();
      for (const connection of connections.values()) connection.destroy();
    },
  };
  return network;
}
