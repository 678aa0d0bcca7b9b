import { define } from './registry.js';

/** Cards of people, as far as the library writes and reads them. */
function vcardFromContactModel(contact) {
  const { user } = contact.id;
  const name = contact.formattedName;
  const lines = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `N:;${name};;;`,
    `FN:${name}`,
    `TEL;type=CELL;waid=${user}:+${user}`,
    'END:VCARD',
  ];
  return { displayName: name, vcard: lines.join('\n') };
}

function parseVcard(text) {
  const lines = text.split(/\r?\n/).map((line) => /^([^:;]+)[^:]*:(.*)$/.exec(line));
  return Object.fromEntries(
    lines.filter((parts) => parts !== null).map(([, name, value]) => [name.toUpperCase(), value]),
  );
}

define('WAWebFrontendVcardUtils', { vcardFromContactModel });
define('WAWebVcardParsingUtils', { parseVcard });
define('WAWebVcardGetNameFromParsed', { vcardGetNameFromParsed: ({ FN, N }) => FN ?? N ?? '' });
