import { erase, read, write } from './disk.js';
import { define } from './registry.js';
import { createWid } from './wid.js';

/**
 * The pairing as the profile keeps it: the secret in IndexedDB, the own number in localStorage. Both must be there.
 * The cookie only tells the server early whose page this is, so that faults can strike before the first word.
 */
let me = null;

export function getMe() {
  return me;
}

export async function loadLogin() {
  const kept = await read('login', 'me');
  const wid = localStorage.getItem('last-wid-md');
  if (kept === undefined || wid !== widText(kept)) return null;
  me = kept;
  remember(kept.device);
  return { device: kept.device, token: kept.token };
}

export async function saveLogin(fresh, token) {
  me = { ...fresh, token };
  localStorage.setItem('last-wid-md', widText(fresh));
  remember(fresh.device);
  await write('login', 'me', me);
}

export function renewMe(fresh) {
  me = { ...me, ...fresh };
}

export async function eraseLogin() {
  me = null;
  localStorage.clear();
  document.cookie = 'stand_in_device=; max-age=0; path=/';
  await erase();
}

/** Made once for a profile, like the real noise and identity keys; they appear in the QR. */
export function ownKeys() {
  return {
    noise: keptKey('WANoiseInfo'),
    identity: keptKey('WAIdentityKey'),
    adv: keptKey('WAAdvSecretKey'),
    platform: '1',
  };
}

function keptKey(name) {
  const kept = localStorage.getItem(name);
  if (kept !== null) return kept;
  const made = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
  localStorage.setItem(name, made);
  return made;
}

function widText({ number }) {
  return JSON.stringify(`${number}:1@c.us`);
}

/**
 * Chromium writes cookies to disk after half a minute, or after 512 changes: then a browser that is killed soon has its login
 * and no cookie, and a fault aimed at its number misses its next document. A change of a value counts as two.
 */
const CHANGES_UNTIL_WRITTEN = 256;

function remember(device) {
  const cookie = `stand_in_device=${device}`;
  if (document.cookie.includes(cookie)) return;
  document.cookie = `${cookie}; max-age=31536000; path=/; secure`;
  for (let count = 0; count <= CHANGES_UNTIL_WRITTEN; count++) {
    document.cookie = `stand_in_write=${count}; max-age=60; path=/; secure`;
  }
}

const myWid = () => (me === null ? undefined : createWid(`${me.number}@c.us`));
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

define('WABase64', {
  encodeB64: (bytes) => btoa(String.fromCharCode(...bytes)),
  decodeB64: bytesOf,
});
define('WAWebSignalStoreApi', {
  waSignalStore: {
    getRegistrationInfo: async () => ({ identityKeyPair: { pubKey: bytesOf(ownKeys().identity) } }),
  },
});
define('WAWebUserPrefsInfoStore', {
  waNoiseInfo: { get: async () => ({ staticKeyPair: { pubKey: bytesOf(ownKeys().noise) } }) },
});
define('WAWebCompanionRegClientUtils', { DEVICE_PLATFORM: ownKeys().platform });
define('WAWebAdvSignatureApi', {});
define('WAWebUserPrefsMultiDevice', { getADVSecretKey: () => ownKeys().adv });
define('WAWebUserPrefsMeUser', {
  getMaybeMePnUser: myWid,
  getMaybeMeLidUser: () => (me === null ? undefined : createWid(`9${me.number}@lid`)),
  getMeUser: myWid,
  isMeAccount: (wid) => wid?._serialized === myWid()?._serialized,
});
