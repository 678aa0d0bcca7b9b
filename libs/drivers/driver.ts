import type { Provider } from '#libs/contracts/account';
import type { DriverCapability } from '#libs/contracts/capabilities';
import type {
  DriverFact,
  SessionAnswer,
  SessionOpening,
  SessionOrderName,
  SessionOrders,
} from '#libs/contracts/session';

/**
 * What the account needs from a messaging network. One folder under libs/drivers implements it for each provider;
 * `driver.contract.ts` is the suite that each must pass.
 */
export interface Driver {
  readonly provider: Provider;
  readonly can: ReadonlySet<DriverCapability>;
  /**
   * Opens a session. Never throws and never waits: whatever goes wrong is reported as `driver.dropped`.
   * Exactly one last fact (`dropped` or `closed`) is reported, after which every resource is gone.
   */
  open(opening: SessionOpening, report: (fact: DriverFact) => void): DriverSession;
  /** Moves the saved login of an account aside (it can be got back by hand). Does nothing when there is none. */
  discardLogin(accountId: string): Promise<void>;
  /** Lets go of what the driver itself holds (host processes, shared sockets). All sessions are over by then. */
  close(): Promise<void>;
}

export interface DriverSession {
  /** Never rejects: every refusal is a value. Time limits are the caller's. */
  ask<Name extends SessionOrderName>(
    name: Name,
    ask: SessionOrders[Name]['ask'],
  ): Promise<SessionAnswer<SessionOrders[Name]['answer']>>;
  /** Ends it by force. Resolves when every resource is verified gone; `driver.closed` is reported. Harmless when over. */
  kill(): Promise<void>;
}
