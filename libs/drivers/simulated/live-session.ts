import type { ReasonCode } from '#libs/contracts/reasons';
import type { DriverFact } from '#libs/contracts/session';

/** How the servers see a connected session. */
export interface LiveSession {
  readonly accountId: string;
  isReady(): boolean;
  say(fact: DriverFact): void;
  scanned(phone: string): boolean;
  degrade(reason: ReasonCode): void;
  recover(): void;
  breakDown(reason: ReasonCode, dropAfterMs: number | null): void;
  drop(reason: ReasonCode, detail?: string): void;
}
