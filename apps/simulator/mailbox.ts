import { type Pages } from './pages.js';
import { type FrameToPage } from './wire.js';

/** Speaks to a device wherever it is open, and keeps its words while it is nowhere. */
export interface Mailbox {
  tell(device: string, frame: FrameToPage): void;
  /** What is kept for it now. */
  waitingFor(device: string): readonly FrameToPage[];
  /** Hands over what came while the device was away. */
  flush(device: string): void;
  clear(): void;
}

/** For one device; the oldest go first. More than a test sends to a browser that is down. */
export const WAITING_FRAMES_MAX = 10_000;

export function createMailbox(pages: Pages): Mailbox {
  const waiting = new Map<string, FrameToPage[]>();
  const mailbox: Mailbox = {
    tell(device, frame) {
      const open = pages.ofDevice(device);
      for (const page of open) page.tell(frame);
      if (open.length > 0) return;
      const frames = waiting.get(device) ?? [];
      frames.push(frame);
      if (frames.length > WAITING_FRAMES_MAX) frames.shift();
      waiting.set(device, frames);
    },
    waitingFor: (device) => waiting.get(device) ?? [],
    flush(device) {
      const frames = waiting.get(device) ?? [];
      waiting.delete(device);
      for (const frame of frames) mailbox.tell(device, frame);
    },
    clear: () => waiting.clear(),
  };
  return mailbox;
}
