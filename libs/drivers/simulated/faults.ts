import type { LaunchWait } from '#libs/contracts/session';

/** What is wrong with one account until told otherwise; everything is off at first. */
export interface SimulatedFaults {
  /** Sends are refused with this text. */
  readonly refuseSends: string | null;
  /** Messages arrive at the servers, but no acknowledgement comes back. */
  readonly withholdAcknowledgements: boolean;
  /** Messages are handed over and lost on the way. */
  readonly loseSends: boolean;
  /** Logouts are lost on the way: the servers go on listing the device. */
  readonly loseLogouts: boolean;
  /** What comes in while the account is away is not told when it is back: only a catch-up finds it. */
  readonly keepsNewsBack: boolean;
  /** Orders are neither done nor answered. */
  readonly swallowAnswers: boolean;
  /** A close never ends; only kill helps. */
  readonly hangOnClose: boolean;
  /** After open, nothing is ever said. */
  readonly silentStart: boolean;
  /** After open, the session says that it waits for this, and waits for as long as it lasts. */
  readonly waitsOn: LaunchWait | null;
  /** The login is accepted, but ready never comes. */
  readonly neverReady: boolean;
}

export const NO_FAULTS: SimulatedFaults = {
  refuseSends: null,
  withholdAcknowledgements: false,
  loseSends: false,
  loseLogouts: false,
  keepsNewsBack: false,
  swallowAnswers: false,
  hangOnClose: false,
  silentStart: false,
  waitsOn: null,
  neverReady: false,
};
