import { getMe } from './login.js';
import { Collection, Model } from './model.js';
import { define } from './registry.js';
import { createWid } from './wid.js';

/** Anybody is a contact as soon as somebody asks; nobody has a saved name. */
export const Contact = new Collection();
Contact.find = async (id) => {
  const wid = createWid(id);
  const fresh = {
    id: wid,
    name: undefined,
    pushname: undefined,
    type: 'in',
    isBusiness: false,
    isEnterprise: false,
    isContactBlocked: false,
  };
  return Contact.get(wid) ?? Contact.add(new Model(fresh));
};

export const Blocklist = new Collection();

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
  getShortName: (contact) => contact.name,
  getPushname: (contact) => contact.pushname,
  getIsEnterprise: () => false,
});
define('WAWebFrontendContactGetters', { getIsMyContact: () => false });
