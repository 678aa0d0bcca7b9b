import { define } from './registry.js';

const SERVERS = ['c.us', 'g.us', 'lid', 'broadcast', 'newsletter', 's.whatsapp.net'];

/** WhatsApp's address of a user or chat. */
export class Wid {
  constructor(user, server) {
    this.server = server;
    this.user = user;
    this._serialized = `${user}@${server}`;
  }

  isUser() {
    return this.server === 'c.us' || this.server === 'lid';
  }
  isLid() {
    return this.server === 'lid';
  }
  isGroup() {
    return this.server === 'g.us';
  }
  isStatus() {
    return this._serialized === 'status@broadcast';
  }
  isBroadcast() {
    return this.server === 'broadcast';
  }
  isNewsletter() {
    return this.server === 'newsletter';
  }
  isBot() {
    return false;
  }
  equals(other) {
    return other?._serialized === this._serialized;
  }
  toJid() {
    return this._serialized;
  }
  toString() {
    return this._serialized;
  }
}

export function createWid(given) {
  const text = typeof given === 'string' ? given : given?._serialized;
  const parts = /^([\w.-]+)(?::\d+)?@([\w.]+)$/.exec(text ?? '');
  const server = parts?.[2] === 's.whatsapp.net' ? 'c.us' : parts?.[2];
  if (!SERVERS.includes(server)) throw new Error(`wid error: invalid wid '${text}'`);
  if (server === 'c.us' && !/^\d+$/.test(parts[1])) throw new Error(`wid error: invalid user '${text}'`);
  return new Wid(parts[1], server);
}

/** What the server calls people and groups: digits, or a group's whole id. */
export function widOf(address) {
  return createWid(address.includes('@') ? address : `${address}@c.us`);
}

export function addressOf(wid) {
  return wid.isGroup() ? wid._serialized : wid.user;
}

define('WAWebWidFactory', {
  createWid,
  createWidFromWidLike: createWid,
  createUserWid: (user, server = 'c.us') => new Wid(user, server),
  createUserWidOrThrow: (user) => new Wid(user, 'c.us'),
  asUserWidOrThrow(wid) {
    if (!wid?.isUser()) throw new Error(`wid error: not a user '${wid}'`);
    return wid;
  },
});
define('WAWebWidToJid', {
  widToUserJid: (wid) => wid.toJid(),
  widToChatJid: (wid) => wid.toJid(),
  widToGroupJid: (wid) => wid.toJid(),
});
define('WAWebLidMigrationUtils', { toPn: (wid) => wid, toLid: () => undefined });
define('WAWebApiContact', {
  getAlternateUserWid: () => undefined,
  getCurrentLid: () => undefined,
  getPhoneNumber: (wid) => wid,
});
