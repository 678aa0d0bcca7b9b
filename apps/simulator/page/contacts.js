import { Chat } from './chats.js';
import { line } from './line.js';
import { getMe } from './login.js';
import { Collection, Model } from './model.js';
import { define } from './registry.js';
import { createWid, widOf } from './wid.js';

/** Anybody is a contact as soon as somebody asks, or writes; a name has who is in the owner's address book. */
export const Contact = new Collection();
Contact.find = async (id) => {
  const wid = createWid(id);
  const present = Contact.get(wid);
  if (present?.pushname !== undefined || wid.isGroup()) return present ?? contactOf(wid);
  const asked = { type: 'profile', number: wid.user };
  const profile = line.isOpen ? await line.ask(asked).catch(() => ({})) : {};
  return contactOf(wid).set({ pushname: profile.pushname });
};

export const Blocklist = new Collection();

/** Nobody here has a business. */
export const BusinessProfile = new Collection();
BusinessProfile.find = async (id) => new Model({ id: createWid(id), profileOptions: undefined });

/** Somebody wrote, and said how they call themself. */
export function meet(number, pushname) {
  contactOf(widOf(number)).set({ pushname });
}

/** The owner's address book has another name for this number; an empty one is none. */
export function rename(number, name) {
  const wid = widOf(number);
  const saved = name === '' ? undefined : name;
  contactOf(wid).set({ name: saved, shortName: saved?.split(' ')[0] });
  Chat.get(wid)?.set(titleOf(wid));
}

export function titleOf(wid) {
  const name = Contact.get(wid)?.name;
  return { name, formattedTitle: name ?? `+${wid.user}` };
}

function contactOf(wid) {
  const fresh = {
    id: wid,
    name: undefined,
    pushname: undefined,
    type: 'in',
    isBusiness: false,
    isEnterprise: false,
    isContactBlocked: false,
  };
  return Contact.get(wid) ?? Contact.add(new ContactModel(fresh));
}

class ContactModel extends Model {
  get formattedName() {
    return this.name ?? this.pushname ?? `+${this.id.user}`;
  }
}

define('WAWebContactGetters', {
  getIsMe: (contact) => contact.id.user === getMe()?.number,
  getIsUser: (contact) => contact.id.isUser(),
  getIsGroup: (contact) => contact.id.isGroup(),
  getIsWAContact: () => true,
  getUserid: (contact) => contact.id.user,
  getVerifiedName: () => undefined,
  getVerifiedLevel: () => undefined,
  getStatusMute: () => undefined,
  getName: (contact) => contact.name,
  getShortName: (contact) => contact.shortName,
  getPushname: (contact) => contact.pushname,
  getIsEnterprise: () => false,
});
define('WAWebFrontendContactGetters', { getIsMyContact: (contact) => contact.name !== undefined });
