import { createHash } from 'node:crypto';
import type { SimulatorControl } from '#apps/simulator/control/control-client';
import type { JournalEntry } from '#apps/simulator/journal';
import type { MessageKind } from '#libs/contracts/content';
import type { People, SeenMessage } from '#libs/drivers/contract/harness.contract';

/** WhatsApp's words for kinds, as the stand-in's journal has them. */
const KINDS: Readonly<Record<string, MessageKind>> = {
  chat: 'text',
  image: 'image',
  video: 'video',
  audio: 'audio',
  ptt: 'voice',
  document: 'document',
  sticker: 'sticker',
  location: 'location',
  vcard: 'contact',
  multi_vcard: 'contact',
  poll_creation: 'poll',
};
const NOBODY = '+491700009999';

/** The phones of other people, played by the stand-in. `numberOf`: the phone of an account. */
export async function playPeople(control: SimulatorControl, numberOf: (accountId: string) => string): Promise<People> {
  await control.setPhone(NOBODY, { registered: false });
  return {
    nobody: NOBODY,
    async sendFile(accountId, { from, text, mimeType, filename, bytes }) {
      const type = mimeType.startsWith('image/') ? 'image' : 'document';
      const base64 = Buffer.from(bytes).toString('base64');
      const media = { type, mimetype: mimeType, filename, base64 } as const;
      await control.sendIn({ from, to: numberOf(accountId), text, media });
    },
    async answer(accountId, { from, text, quoted }) {
      await control.sendIn({ from, to: numberOf(accountId), text, quoted });
    },
    react: (_, { from, target, emoji }) => control.react(target, { by: from, emoji }),
    edit: (_, { from, target, text }) => control.edit(target, { by: from, text }),
    revoke: (_, { from, target }) => control.revoke(target, { by: from }),
    async createGroup(accountId, { name, members }) {
      return (await control.createGroup({ by: numberOf(accountId), subject: name, members: [...members] })).id;
    },
    async addToGroup(accountId, { chatId, person }) {
      await control.changeGroup(chatId, { change: 'add', by: numberOf(accountId), people: [person] });
    },
    sees: async (_, providerMessageId) => seenIn(await control.journal(), providerMessageId),
  };
}

/** A message as its receiver sees it, by what the servers saw; null: it never came to them. */
export function seenIn(journal: readonly JournalEntry[], providerMessageId: string): SeenMessage | null {
  const keyId = providerMessageId.split('_')[2];
  const about = journal.filter(({ messageId }) => messageId === keyId);
  const content = about.find(({ kind }) => kind === 'message.accepted')?.content;
  if (content === undefined || content.notice !== undefined) return null;
  const last = (kind: JournalEntry['kind']): JournalEntry | undefined => about.filter((it) => it.kind === kind).at(-1);
  const emoji = last('message.reacted')?.text;
  return {
    kind: KINDS[content.type] ?? 'other',
    text: last('message.edited')?.text ?? (content.text === '' ? null : content.text),
    revoked: last('message.revoked') !== undefined,
    reactions: emoji ? [emoji] : [],
    bytes: 'media' in content ? (content.media?.bytes ?? null) : null,
  };
}

/** As WhatsApp and the stand-in write it. */
export const fileHashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');
