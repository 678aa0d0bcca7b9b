import { type ChatMarks } from './group-words.js';

/** What the owner of a number keeps on the phone, and all linked devices show: names of others, and marks of chats. */
export interface AddressBook {
  /** An empty name takes the line out. */
  save(owner: string, number: string, name: string): void;
  namesOf(owner: string): Readonly<Record<string, string>>;
  mark(owner: string, chat: string, marks: Partial<ChatMarks>): ChatMarks;
  marksOf(owner: string, chat: string): ChatMarks;
  clear(): void;
}

const unmarked: ChatMarks = { archived: false, pinned: false, mutedUntil: 0 };

export function createAddressBook(): AddressBook {
  const names = new Map<string, Map<string, string>>();
  const marks = new Map<string, ChatMarks>();
  const marksOf = (owner: string, chat: string): ChatMarks => marks.get(`${owner}>${chat}`) ?? unmarked;
  return {
    save(owner, number, name) {
      const book = names.get(owner) ?? new Map<string, string>();
      if (name === '') book.delete(number);
      else book.set(number, name);
      names.set(owner, book);
    },
    namesOf: (owner) => Object.fromEntries(names.get(owner) ?? []),
    mark(owner, chat, change) {
      const marked = { ...marksOf(owner, chat), ...change };
      marks.set(`${owner}>${chat}`, marked);
      return marked;
    },
    marksOf,
    clear() {
      names.clear();
      marks.clear();
    },
  };
}
