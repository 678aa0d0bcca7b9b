import { line } from './line.js';
import { Model } from './model.js';
import { Cmd } from './socket.js';

/** Archived, pinned, muted, unread: what the owner keeps of a chat. All but the last are the same on all devices. */
export class Mute extends Model {
  #wid;

  constructor(wid) {
    super({ expiration: 0 });
    this.#wid = wid;
  }

  /** `expiration` in Unix seconds; -1 is for ever. */
  async mute({ expiration }) {
    this.set({ expiration });
    mark(this.#wid, { mutedUntil: expiration });
  }

  async unmute() {
    this.set({ expiration: 0 });
    mark(this.#wid, { mutedUntil: 0 });
  }
}

export function marksOf({ archived, pinned }) {
  return { archive: archived, pin: pinned ? 1 : 0 };
}

Cmd.archiveChat = async (chat, archived) => {
  chat.set({ archive: archived });
  mark(chat.id, { archived });
};
Cmd.pinChat = async (chat, pinned) => {
  chat.set({ pin: pinned ? 1 : 0 });
  mark(chat.id, { pinned });
};
Cmd.markChatUnread = async (chat, unread) => chat.set({ unreadCount: unread ? -1 : 0 });

function mark(wid, marks) {
  line.tell({ type: 'mark', chat: wid._serialized, marks });
}
