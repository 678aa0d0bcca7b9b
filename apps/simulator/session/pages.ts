import { type PageView, type SocketState } from '../control/control-words.js';
import { type Device } from '../login/devices.js';
import { type Who } from '../faults/faults.js';
import { type PageLine } from './page-line.js';
import { type FrameFromPage } from './wire.js';

export type PageKeys = Extract<FrameFromPage, { type: 'hello' }>['keys'];

/** A page that is connected now. Its state is what the page said last, never what the server thinks it should be. */
export interface Page extends PageLine {
  readonly id: string;
  keys: PageKeys | null;
  device: Device | null;
  /** Whose page this is as far as anybody can tell: by its cookie, by what it greets with, by who scans it. */
  visitor: Who;
  state: SocketState;
  hasSynced: boolean;
  /** The reference in the QR shown now. */
  ref: string | null;
  code: { readonly code: string; readonly phone: string } | null;
  gaps: string[];
  /** The fault that forces its state, and what it may do when the fault is gone. */
  forcedBy: string | null;
  withheld: (() => void) | null;
  /** The fault that cut its network in silence. */
  cutBy: string | null;
}

export interface Pages {
  open(line: PageLine, visitor: Who): Page;
  close(page: Page): void;
  isOpen(page: Page): boolean;
  get(id: string): Page | undefined;
  all(): readonly Page[];
  ofDevice(device: string): readonly Page[];
}

export function createPages(): Pages {
  const pages = new Map<string, Page>();
  let count = 0;
  return {
    open(line, visitor) {
      const id = `p${++count}`;
      const page: Page = {
        id,
        keys: null,
        device: null,
        visitor,
        state: 'OPENING',
        hasSynced: false,
        ref: null,
        code: null,
        gaps: [],
        forcedBy: null,
        withheld: null,
        cutBy: null,
        ...line,
      };
      pages.set(id, page);
      return page;
    },
    close: (page) => void pages.delete(page.id),
    isOpen: (page) => pages.has(page.id),
    get: (id) => pages.get(id),
    all: () => [...pages.values()],
    ofDevice: (device) => [...pages.values()].filter((page) => page.device?.id === device),
  };
}

/** Whom faults and deeds that are aimed mean by this page. */
export function whoIs({ device, visitor }: Page): Who {
  return device === null ? visitor : { device: device.id, number: device.number };
}

/** The payload exactly as the library puts it together in its injected code. */
export function qrOf({ ref, keys }: Page): string | null {
  if (ref === null || keys === null) return null;
  return [ref, keys.noise, keys.identity, keys.adv, keys.platform].join(',');
}

export function viewPage(page: Page): PageView {
  return {
    id: page.id,
    state: page.state,
    hasSynced: page.hasSynced,
    qr: qrOf(page),
    pairingCode: page.code?.code ?? null,
    pairingNumber: page.code?.phone ?? null,
    device: page.device?.id ?? null,
    number: page.device?.number ?? null,
    gaps: page.gaps,
  };
}
