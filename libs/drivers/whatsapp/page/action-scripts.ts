import type { PageWindow } from './page-modules.js';

/** What runs inside WhatsApp's page to change earlier messages. Each function is sent there as text (see page-scripts.ts). */
declare const window: PageWindow;

/** `unknown`: the page has no such message. `no`: WhatsApp does not allow it (any more). `late`: done perhaps. */
export type Deed = 'done' | 'unknown' | 'late' | { readonly no: string };

export async function react(key: string, emoji: string): Promise<Deed> {
  const { Msg } = window.require('WAWebCollections');
  const message = Msg.get(key) ?? (await Msg.getMessagesById([key]))?.messages[0];
  if (message === undefined) return 'unknown';
  const answer = await window.require('WAWebSendReactionMsgAction').sendReactionToMsg(message, emoji);
  const result = answer?.messageSendResult ?? 'OK';
  return result === 'OK' ? 'done' : { no: `the page answered ${result}` };
}

/** A text or a caption. One that says so already is left as it is. */
export async function edit(key: string, text: string): Promise<Deed> {
  const { Msg } = window.require('WAWebCollections');
  const message = Msg.get(key) ?? (await Msg.getMessagesById([key]))?.messages[0];
  if (message === undefined) return 'unknown';
  const isText = message.type === 'chat';
  if ((isText ? message.body : message.caption) === text) return 'done';
  const { canEditText, canEditCaption } = window.require('WAWebMsgActionCapability');
  if (!canEditText(message) && !canEditCaption(message))
    return {
      no: 'WhatsApp does not let this message be changed: it is not ours, has no text, or is older than 15 minutes',
    };
  await window.WWebJS!.editMessage(message, text, { mentionedJidList: [] });
  return 'done';
}

/** The page tells of it only by the message's own change, hence the wait. One that is gone already is left so. */
export async function revoke(key: string, msMax: number): Promise<Deed> {
  const { Chat, Msg } = window.require('WAWebCollections');
  const { remote } = window.require('WAWebMsgKey').fromString(key);
  const message = Msg.get(key) ?? (await Msg.getMessagesById([key]))?.messages[0];
  // A deleted message may have got another key, and keeps the one it had.
  const gone = Chat.get(remote)?.msgs.getModelsArray();
  if (gone?.some(({ protocolMessageKey }) => protocolMessageKey?._serialized === key)) return 'done';
  if (message === undefined) return 'unknown';
  const isRevoked = (): boolean => message.type === 'revoked';
  if (isRevoked()) return 'done';
  const { canSenderRevokeMsg, canAdminRevokeMsg } = window.require('WAWebMsgActionCapability');
  if (!canSenderRevokeMsg(message) && !canAdminRevokeMsg(message))
    return {
      no: 'WhatsApp does not let this message be deleted for everyone: it is not ours, or is older than 2 days',
    };
  const chat = Chat.get(message.id.remote) ?? (await Chat.find(message.id.remote));
  if (!chat) return 'unknown';
  return new Promise<Deed>((resolve) => {
    const end = (deed: Deed): void => {
      clearTimeout(timer);
      resolve(deed);
    };
    const look = (): void => {
      if (isRevoked()) end('done');
    };
    const timer = setTimeout(() => end('late'), msMax);
    message.once('change:type', look);
    const { Cmd } = window.require('WAWebCmd');
    const asked = Promise.resolve(Cmd.sendRevokeMsgs(chat, { list: [message], type: 'message' }, { clearMedia: true }));
    asked.then(look, (error: unknown) => end({ no: String(error).slice(0, 300) }));
    look();
  });
}
