import type { PageWindow } from './page-modules.js';

/**
 * What runs inside WhatsApp's page to watch it. Each function is sent there as text, so it may use nothing but its
 * arguments and the page itself. The names behind `require` are WhatsApp's; the library uses the same ones.
 */
declare const window: PageWindow & {
  /** Ours: the line from the page to the session, and the mark that this document has it. */
  onSocketWatchEvent(view: SocketView): void;
  socketIsWatched?: boolean;
  /** The library's. */
  onAppStateHasSyncedEvent(): Promise<void>;
};

export interface SocketView {
  readonly state: string;
  readonly hasSynced: boolean;
}

/** Tells every change of the socket from now on, once per document, and how it is now. */
export function watchSocket(): SocketView {
  const { Socket } = window.require('WAWebSocketModel');
  const view = () => ({ state: Socket.state, hasSynced: Socket.hasSynced });
  if (window.socketIsWatched !== true) {
    window.socketIsWatched = true;
    const tell = () => window.onSocketWatchEvent(view());
    Socket.on('change:state', tell);
    Socket.on('change:hasSynced', tell);
  }
  return view();
}

export function isWatched(): boolean {
  return window.socketIsWatched === true;
}

/** The page's codes have run out: asks for more. */
export function refreshQr(): void {
  window.require('WAWebCmd').Cmd.refreshQR();
}

/** The page has synced before the library listened: says it to the library. */
export function sayHasSynced(): void {
  void window.onAppStateHasSyncedEvent();
}

/**
 * Asks the page to end its login; tells in which state its socket was. How the asking ends tells nothing: it also ends well
 * without a line to the servers, which then never hear of it.
 */
export function askToLogOut(): string {
  const { Socket } = window.require('WAWebSocketModel');
  const { state } = Socket;
  void Socket.logout().catch(() => {});
  return state;
}

/** What there is of the page and of the library in it. */
export interface PageLook {
  /** Null as long as the page has not started, or when it is no page of WhatsApp. */
  readonly socket: SocketView | null;
  /** The library's functions are there. */
  readonly injected: boolean;
  /** Changes of the socket are told. */
  readonly watched: boolean;
}

export function look(): PageLook {
  const found = { injected: window.WWebJS !== undefined, watched: window.socketIsWatched === true };
  if (window.Debug?.VERSION === undefined) return { socket: null, ...found };
  const { Socket } = window.require('WAWebSocketModel');
  return { socket: { state: Socket.state, hasSynced: Socket.hasSynced }, ...found };
}
