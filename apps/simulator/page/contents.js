import { MsgKey } from './msg-key.js';
import { Model } from './model.js';
import { createWid } from './wid.js';

/** What a message holds: as the server has it on one side, as attributes of the library's message on the other. */
const MEDIA = ['image', 'video', 'audio', 'ptt', 'document', 'sticker'];
/** Where a file has a picture to show before it is fetched, that is the body, as in life; here always the same grey one. */
const THUMBNAIL =
  '/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQH/wAALCAABAAEBAREA/9k=';
const WITH_THUMBNAIL = ['image', 'video', 'document', 'location'];

export const isMedia = (type) => MEDIA.includes(type);
export const thumbnailOf = (type) => (WITH_THUMBNAIL.includes(type) ? THUMBNAIL : undefined);

export function attributesOf(content) {
  return { ...kindOf(content), ...linkOf(content), ...quoteOf(content), ...mentionsOf(content) };
}

export function contentOf(msg) {
  const media = isMedia(msg.type);
  const content = { type: msg.type, text: String((media ? msg.caption : msg.body) ?? '') };
  if (media) content.media = fileOf(msg);
  if (msg.type === 'location') {
    content.text = '';
    content.location = { latitude: msg.lat, longitude: msg.lng, place: msg.loc, url: msg.clientUrl };
  } else if (msg.type === 'vcard') {
    content.text = '';
    content.cards = [{ name: msg.vcardFormattedName ?? '', vcard: msg.body }];
  } else if (msg.type === 'multi_vcard') {
    content.cards = msg.vcardList.map(({ displayName, vcard }) => ({ name: displayName, vcard }));
  } else if (msg.type === 'poll_creation') {
    const options = msg.pollOptions.map(({ name }) => name);
    content.poll = { question: msg.pollName, options, multiple: msg.pollSelectableOptionsCount !== 1 };
  } else if (msg.type === 'gp2')
    content.notice = { subtype: msg.subtype, people: msg.recipients.map(({ user }) => user) };
  else if (msg.as !== undefined) Object.assign(content, { type: 'other', as: msg.type });
  if (msg.quotedStanzaID) content.quoted = quotedOf(msg);
  if (msg.mentionedJidList?.length) content.mentions = msg.mentionedJidList.map(String);
  if (msg.matchedText) content.link = { url: msg.matchedText, title: msg.title, description: msg.description };
  return content;
}

function kindOf(content) {
  const { type, text } = content;
  if (isMedia(type))
    return { type, body: thumbnailOf(type), caption: text === '' ? undefined : text, ...mediaOf(content) };
  switch (type) {
    case 'location': {
      const { latitude, longitude, place, url } = content.location;
      return {
        type,
        body: THUMBNAIL,
        lat: latitude,
        lng: longitude,
        loc: place ?? undefined,
        clientUrl: url ?? undefined,
      };
    }
    case 'vcard':
      return { type, body: content.cards[0].vcard, vcardFormattedName: content.cards[0].name };
    case 'multi_vcard':
      return { type, vcardList: content.cards.map(({ name, vcard }) => ({ displayName: name, vcard })) };
    case 'poll_creation': {
      const { question, options, multiple } = content.poll;
      const pollOptions = options.map((name, localId) => ({ name, localId }));
      return { type, pollName: question, pollOptions, pollSelectableOptionsCount: multiple ? 0 : 1 };
    }
    case 'gp2': {
      const recipients = content.notice.people.map((number) => createWid(`${number}@c.us`));
      return { type, subtype: content.notice.subtype, body: text, recipients, isNotification: true };
    }
    case 'other':
      return { type: content.as, as: content.as, body: text, isNotification: content.as.includes('notification') };
    default:
      return { type, body: text };
  }
}

function mediaOf({ type, media }) {
  const { path, mimetype, filename, bytes, filehash, encFilehash, mediaKey, seconds, gif, viewOnce } = media;
  return {
    mimetype,
    filename: filename ?? undefined,
    size: bytes,
    filehash,
    encFilehash,
    mediaKey,
    directPath: path,
    duration: seconds === undefined || seconds === null ? undefined : String(seconds),
    isGif: gif,
    isViewOnce: viewOnce,
    mediaObject: { type, filehash, size: bytes },
    mediaData: new Model({ type, mimetype, size: bytes, filehash, mediaStage: 'NEED_POKE' }),
  };
}

function fileOf(msg) {
  const { directPath, mimetype, type, filename, size, filehash, encFilehash, mediaKey, duration, isGif, isViewOnce } =
    msg;
  return {
    path: directPath,
    mimetype: mimetype ?? (type === 'sticker' ? 'image/webp' : 'application/octet-stream'),
    filename,
    bytes: size,
    filehash,
    encFilehash,
    mediaKey,
    seconds: duration === undefined ? undefined : Number(duration),
    gif: isGif || undefined,
    viewOnce: isViewOnce || undefined,
  };
}

function quoteOf({ quoted }) {
  if (quoted === undefined) return {};
  const { id, from, type, text } = quoted;
  const quotedMsg = isMedia(type) ? { type, caption: text } : { type, body: text };
  return { quotedStanzaID: id, quotedParticipant: createWid(from), quotedMsg };
}

function quotedOf({ quotedStanzaID, quotedParticipant, quotedMsg = {} }) {
  const { type = 'chat', body, caption } = quotedMsg;
  const text = String((isMedia(type) ? caption : body) ?? '');
  return { id: quotedStanzaID, from: String(quotedParticipant), type, text };
}

function mentionsOf({ mentions }) {
  return mentions === undefined ? {} : { mentionedJidList: mentions.map(createWid) };
}

function linkOf({ link }) {
  if (link === undefined) return {};
  const { url, title, description } = link;
  return { matchedText: url, title: title ?? undefined, description: description ?? undefined, subtype: 'url' };
}

/** The key of the message that a reply answers, in the reply's own chat. */
export function quotedKey(msg, isMine) {
  const { id, quotedStanzaID, quotedParticipant } = msg;
  const remote = id.remote;
  const participant = remote.isGroup() ? quotedParticipant : undefined;
  return new MsgKey({ fromMe: isMine(quotedParticipant), remote, id: quotedStanzaID, participant });
}
