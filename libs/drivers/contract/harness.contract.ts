import type { MessageKind } from '#libs/contracts/content';
import type { Driver } from '../driver.js';

/**
 * What a network must offer so that the suite can play its servers and phones. `accountId()` gives a new account
 * each time; its code waits to be scanned, whatever settings that needs.
 */
export interface DriverHarness {
  readonly driver: Driver;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Longest wait for anything to happen. */
  readonly waitMsMax: number;
  /** After a last fact nothing may come; the suite watches this long. */
  readonly quietMs: number;
  /** Two messages so far apart never bear the same time of the provider's clock. */
  readonly tickMs: number;
  accountId(): string;
  /** Scans the code that is shown now, with the phone of this number. */
  scan(accountId: string, phone: string): Promise<void>;
  /** Types a pairing code on the phone of this number. */
  enterPairingCode(accountId: string, code: string, phone: string): Promise<void>;
  /** Somebody writes to the account. */
  write(accountId: string, message: { from: string; text: string }): Promise<void>;
  /** Sends of this account are refused by the servers from now on. */
  refuseSends(accountId: string): Promise<void>;
  logOutOnPhone(accountId: string): Promise<void>;
  /** The account's line to the servers is down from now on. */
  cutOff(accountId: string): Promise<void>;
  /** Is the account among the linked devices of its phone? */
  listsDevice(accountId: string): Promise<boolean>;
  /** Kills what carries the session, behind the driver's back. */
  crash(accountId: string): Promise<void>;
  /** What is still held for the account (processes, locks, sockets), in words. Empty after a last fact. */
  resourcesOf(accountId: string): Promise<readonly string[]>;
  /** How often a text from this account reached the servers. */
  arrivals(accountId: string, text: string): Promise<number>;
  /** Other people and their phones. Without them, nothing but texts is played, whatever the driver declares. */
  readonly people?: People;
  stop(): Promise<void>;
}

/** What other people do and see. They are named by their E.164 number; messages by the id that the account was told or gave. */
export interface People {
  sendFile(
    accountId: string,
    file: { from: string; text: string; mimeType: string; filename: string; bytes: Uint8Array },
  ): Promise<void>;
  answer(accountId: string, message: { from: string; text: string; quoted: string }): Promise<void>;
  react(accountId: string, reaction: { from: string; target: string; emoji: string }): Promise<void>;
  edit(accountId: string, edit: { from: string; target: string; text: string }): Promise<void>;
  revoke(accountId: string, revoke: { from: string; target: string }): Promise<void>;
  /** A group of this account's phone and of these people. Answers its id. */
  createGroup(accountId: string, group: { name: string; members: readonly string[] }): Promise<string>;
  addToGroup(accountId: string, added: { chatId: string; person: string }): Promise<void>;
  /** As one who got it sees a message of the account now; null: it never came. */
  sees(accountId: string, providerMessageId: string): Promise<SeenMessage | null>;
  /** A number that nobody has. */
  readonly nobody: string;
}

export interface SeenMessage {
  readonly kind: MessageKind;
  readonly text: string | null;
  readonly revoked: boolean;
  readonly reactions: readonly string[];
  /** Of the file, as it came. */
  readonly bytes: number | null;
}
