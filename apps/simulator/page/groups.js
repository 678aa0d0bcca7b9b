import { line } from './line.js';
import { getMe } from './login.js';
import { Collection, Model } from './model.js';
import { createWid, widOf } from './wid.js';

/** What the page knows of groups: their members and names. The chats are in chats.js. */
export const GroupMetadata = new Collection();

/** Asks the server anew; what it says of a group that we are in is kept. */
GroupMetadata.update = async (id) => {
  const wid = createWid(id);
  const group = line.isOpen ? await line.ask({ type: 'group', id: wid._serialized }).catch(() => null) : null;
  return group === null ? GroupMetadata.get(wid) : takeGroup(group);
};
GroupMetadata.find = async (id) => GroupMetadata.get(createWid(id)) ?? GroupMetadata.update(id);

export function takeGroup({ id, subject, description, owner, createdAt, members }) {
  const wid = createWid(id);
  const metadata = GroupMetadata.get(wid) ?? GroupMetadata.add(new Model({ id: wid, participants: new Collection() }));
  metadata.set({
    subject,
    desc: description,
    owner: widOf(owner),
    creation: createdAt,
    announce: false,
    restrict: false,
  });
  const { participants } = metadata;
  for (const gone of participants
    .getModelsArray()
    .filter((one) => !members.some(({ number }) => number === one.id.user))) {
    participants.remove(gone.id);
  }
  for (const { number, role } of members) {
    const isSuperAdmin = role === 'superadmin';
    const rights = { isAdmin: isSuperAdmin || role === 'admin', isSuperAdmin };
    participants.add(new Model({ id: widOf(number), ...rights })).set(rights);
  }
  return metadata;
}

export function isMemberOf(wid) {
  return memberOf(wid) !== undefined;
}

export function isAdminOf(wid) {
  return memberOf(wid)?.isAdmin === true;
}

function memberOf(wid) {
  return GroupMetadata.get(wid)?.participants.get(widOf(getMe()?.number ?? '0'));
}
