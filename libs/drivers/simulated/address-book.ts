import type { MemberView } from '#libs/contracts/chat';
import { chatOf } from './phone.js';

export interface SimulatedContact {
  readonly phone: string;
  readonly name: string | null;
  readonly pushName: string | null;
}

export interface SimulatedGroup {
  readonly id: string;
  readonly createdAt: number;
  readonly owner: string;
  name: string;
  description: string | null;
  /** Roles by phone. */
  readonly members: Map<string, MemberView['role']>;
}

/** Groups of the network, contacts of the phones, and numbers that are nobody's. */
export class AddressBook {
  private readonly groups = new Map<string, SimulatedGroup>();
  private readonly contacts = new Map<string, Map<string, SimulatedContact>>();
  private readonly absent = new Set<string>();

  createGroup(group: { id: string; name: string; owner: string; members: readonly string[] }, now: number): void {
    const members = new Map<string, MemberView['role']>(group.members.map((phone) => [phone, 'member']));
    members.set(group.owner, 'owner');
    this.groups.set(group.id, { ...group, description: null, createdAt: now, members });
  }

  group(chatId: string): SimulatedGroup | null {
    return this.groups.get(chatId) ?? null;
  }

  groupsOf(phone: string): readonly SimulatedGroup[] {
    return [...this.groups.values()].filter(({ members }) => members.has(phone));
  }

  saveContact(accountId: string, contact: SimulatedContact): void {
    const saved = this.contacts.get(accountId) ?? new Map<string, SimulatedContact>();
    this.contacts.set(accountId, saved.set(contact.phone, contact));
  }

  contactsOf(accountId: string): readonly SimulatedContact[] {
    return [...(this.contacts.get(accountId)?.values() ?? [])];
  }

  /** Messages to this number reach nobody. */
  remove(phone: string): void {
    this.absent.add(phone);
  }

  isRegistered(phone: string): boolean {
    return !this.absent.has(phone);
  }
}

/** `380…@c.us` of a phone. */
export function chatOfPhone(phone: string): string {
  const chatId = chatOf(phone);
  if (chatId === null) throw new Error(`${phone} is not a phone`);
  return chatId;
}
