import { type Pages } from '../session/pages.js';
import { type FrameToPage } from '../session/wire.js';

/**
 * Speaks to a device wherever it is open, and keeps its words until a page has confirmed them: what is said while it is nowhere,
 * or on a line that dies, is said again when it is back. A page may hear a word twice, and never misses one.
 */
export interface Mailbox {
  tell(device: string, frame: FrameToPage): void;
  /** What is not confirmed yet. */
  waitingFor(device: string): readonly FrameToPage[];
  confirm(device: string, n: number): void;
  /** Hands over what is not confirmed yet. */
  flush(device: string): void;
  clear(): void;
}

/** For one device; the oldest go first. More than a test sends to a browser that is down. */
export const WAITING_FRAMES_MAX = 10_000;

export function createMailbox(pages: Pages): Mailbox {
  const waiting = new Map<string, Map<number, FrameToPage>>();
  let count = 0;
  const say = (device: string, n: number, frame: FrameToPage): void => {
    for (const page of pages.ofDevice(device)) page.tell({ ...frame, n });
  };
  return {
    tell(device, frame) {
      const n = ++count;
      const frames = (waiting.get(device) ?? new Map<number, FrameToPage>()).set(n, frame);
      const oldest = frames.size > WAITING_FRAMES_MAX ? frames.keys().next().value : undefined;
      if (oldest !== undefined) frames.delete(oldest);
      waiting.set(device, frames);
      say(device, n, frame);
    },
    waitingFor: (device) => [...(waiting.get(device)?.values() ?? [])],
    confirm: (device, n) => void waiting.get(device)?.delete(n),
    flush(device) {
      for (const [n, frame] of waiting.get(device) ?? []) say(device, n, frame);
    },
    clear: () => waiting.clear(),
  };
}
