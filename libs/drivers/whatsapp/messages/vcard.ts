import { type ContactCard, contactCardSchema } from '#libs/contracts/content';
import { CONTACT_PHONES_MAX, NAME_CHARS_MAX } from '#libs/contracts/limits/messages';

/** The card as WhatsApp's own clients write it: `waid` is what makes a number one that can be written to. */
export function writeCard({ name, phones }: ContactCard): string {
  const lines = phones.map((phone) => {
    const digits = phone.replace(/\D/g, '');
    const waid = phone.startsWith('+') ? `;waid=${digits}` : '';
    return `TEL;type=CELL${waid}:${onOneLine(phone)}`;
  });
  return ['BEGIN:VCARD', 'VERSION:3.0', `N:;${escaped(name)};;;`, `FN:${escaped(name)}`, ...lines, 'END:VCARD'].join(
    '\n',
  );
}

/** Null when it names nobody, or has no phone. A phone that WhatsApp knows is told as E.164. */
export function readCard(vcard: string): ContactCard | null {
  const lines = vcard.replace(/\r?\n[ \t]/g, '').split(/\r?\n/);
  const valueOf = (name: RegExp): string | undefined => lines.map((line) => name.exec(line)?.[1]).find(Boolean);
  const phones = lines.flatMap((line) => {
    const [, parameters = '', number = ''] = /^(?:[\w-]+\.)?TEL([^:]*):(?:tel:)?(.*)$/i.exec(line) ?? [];
    const waid = /;waid=(\d+)/i.exec(parameters)?.[1];
    const phone = waid === undefined ? number.trim() : `+${waid}`;
    return phone === '' ? [] : [phone.slice(0, 40)];
  });
  const name = plain(
    valueOf(/^FN(?:;[^:]*)?:(.*)$/i) ?? valueOf(/^N(?:;[^:]*)?:(.*)$/i)?.replace(/;/g, ' ') ?? '',
  ).trim();
  const card = {
    name: (name || phones[0] || '').slice(0, NAME_CHARS_MAX),
    phones: phones.slice(0, CONTACT_PHONES_MAX),
  };
  const parsed = contactCardSchema.safeParse(card);
  return parsed.success ? parsed.data : null;
}

function escaped(text: string): string {
  return onOneLine(text).replace(/[\\;,]/g, '\\$&');
}

function onOneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

function plain(text: string): string {
  return text.replace(/\\n/gi, ' ').replace(/\\([\\;,:])/g, '$1');
}
