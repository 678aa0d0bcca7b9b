import { randomInt } from 'node:crypto';
import { type GroupChange, type GroupView, type Role } from './group-words.js';
import { type Notice } from '../messages/message-words.js';

/** A group as the servers keep it, and what was said of the change in its chat. */
export interface GroupNews {
  readonly group: GroupView;
  readonly notice: Notice;
  readonly text: string;
  /** Who hears of it: the members before and after. */
  readonly audience: readonly string[];
}

export type GroupVerdict =
  | { readonly ok: true; readonly news: GroupNews }
  | { readonly ok: false; readonly why: 'group_unknown' | 'not_a_member' | 'not_an_admin' | 'nobody_changed' };

export interface Groups {
  /** Undefined when there is one of this id. */
  create(order: {
    by: string;
    subject: string;
    description: string;
    members: readonly string[];
    id?: string;
  }): GroupNews | undefined;
  change(id: string, change: GroupChange): GroupVerdict;
  get(id: string): GroupView | undefined;
  list(): readonly GroupView[];
  ofNumber(number: string): readonly GroupView[];
  clear(): void;
}

export function createGroups(now: () => Date): Groups {
  const groups = new Map<string, GroupView>();
  return {
    create({ by, subject, description, members, id = `1203630${randomInt(1e10, 1e11)}@g.us` }) {
      if (groups.has(id)) return undefined;
      const others = [...new Set(members)].filter((number) => number !== by);
      const group: GroupView = {
        id,
        subject,
        description,
        owner: by,
        createdAt: Math.floor(now().getTime() / 1_000),
        members: [member(by, 'superadmin'), ...others.map((number) => member(number, 'member'))],
      };
      groups.set(id, group);
      return { group, notice: { subtype: 'create', people: others }, text: subject, audience: membersOf(group) };
    },
    change(id, change) {
      const before = groups.get(id);
      if (before === undefined) return { ok: false, why: 'group_unknown' };
      const role = before.members.find(({ number }) => number === change.by)?.role;
      if (role === undefined) return { ok: false, why: 'not_a_member' };
      if (role === 'member' && adminsOnly.includes(change.change)) return { ok: false, why: 'not_an_admin' };
      const { group, people, text } = changed(before, change);
      if (people.length === 0 && 'people' in change) return { ok: false, why: 'nobody_changed' };
      groups.set(id, group);
      const audience = [...new Set([...membersOf(before), ...membersOf(group)])];
      return { ok: true, news: { group, notice: { subtype: change.change, people }, text, audience } };
    },
    get: (id) => groups.get(id),
    list: () => [...groups.values()],
    ofNumber: (number) => [...groups.values()].filter((group) => membersOf(group).includes(number)),
    clear: () => groups.clear(),
  };
}

export function membersOf(group: GroupView): readonly string[] {
  return group.members.map(({ number }) => number);
}

const adminsOnly: readonly GroupChange['change'][] = ['add', 'remove', 'promote', 'demote'];

const member = (number: string, role: Role): GroupView['members'][number] => ({ number, role });

interface Changed {
  readonly group: GroupView;
  readonly people: readonly string[];
  readonly text: string;
}

function changed(group: GroupView, change: GroupChange): Changed {
  const isIn = (number: string): boolean => membersOf(group).includes(number);
  switch (change.change) {
    case 'add': {
      const people = change.people.filter((number) => !isIn(number));
      const members = [...group.members, ...people.map((number) => member(number, 'member'))];
      return { group: { ...group, members }, people, text: '' };
    }
    case 'remove':
    case 'leave': {
      const people = change.change === 'leave' ? [change.by] : change.people.filter(isIn);
      const members = group.members.filter(({ number }) => !people.includes(number));
      return { group: { ...group, members }, people, text: '' };
    }
    case 'promote':
    case 'demote': {
      const role: Role = change.change === 'promote' ? 'admin' : 'member';
      const concerned = group.members.filter((one) => change.people.includes(one.number) && one.role !== 'superadmin');
      const people = concerned.filter((one) => one.role !== role).map(({ number }) => number);
      const members = group.members.map((one) => (people.includes(one.number) ? { ...one, role } : one));
      return { group: { ...group, members }, people, text: '' };
    }
    case 'subject':
      return { group: { ...group, subject: change.text }, people: [], text: change.text };
    case 'description':
      return { group: { ...group, description: change.text }, people: [], text: change.text };
  }
}
