/** One line of the system's process table, as it was when read. */
export interface ProcessEntry {
  readonly pid: number;
  /** See ProcessIdentity. */
  readonly startTime: string;
  readonly parentPid: number;
  readonly groupId: number;
  readonly zombie: boolean;
  /**
   * The command line, read when asked; empty once the process is gone. A process that rewrote its title (Chromium's
   * children do), and every process on macOS, has one element: the whole line.
   */
  arguments(): readonly string[];
}
