/** What some processes take of this machine. */
export interface ProcessCost {
  /** Their proportional share (PSS): what several share counts once. */
  readonly memoryBytes: number;
  /** Of one core, since the look before; since its start for one that is younger than that. */
  readonly cpuPercent: number;
  /** Since they were first seen. It never falls while the same browser lives. */
  readonly cpuSeconds: number;
  readonly processes: number;
}

/** Of a browser: the process that was started on the profile, with all below it. */
export interface BrowserCost extends ProcessCost {
  readonly pid: number;
}

/** One look at all browsers of this node. */
export interface BrowserLook {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** By account; those without a browser are not in it. */
  readonly browsers: ReadonlyMap<string, BrowserCost>;
  /** By pid. */
  readonly hosts: ReadonlyMap<number, ProcessCost>;
  /** Of all browsers since this process started, those that have ended included. It never falls. */
  readonly browsersCpuSeconds: number;
}

/** Where views, metrics and the log read what browsers cost: from the same look. */
export interface BrowserFigures {
  /** Null before the first look, and where the system doesn't tell (macOS). */
  readonly last: BrowserLook | null;
}
export const BROWSER_FIGURES = Symbol('BrowserFigures');

export function browsersBytes({ browsers }: BrowserLook): number {
  let bytes = 0;
  for (const { memoryBytes } of browsers.values()) bytes += memoryBytes;
  return bytes;
}
