import { REASONS, type ReasonCode } from '#libs/contracts/reasons';
import { enSupervision } from './en.supervision.js';
import { enWatch } from './en.watch.js';
import { enInspector } from './en.inspector.js';
import { enOperations } from './en.operations.js';
import { enLeases } from './en.leases.js';
import { enProblems } from './en.problems.js';
import { enSettings } from './en.settings.js';
import { enSending } from './en.sending.js';

const reasons = Object.fromEntries(Object.entries(REASONS).map(([code, { message }]) => [code, message]));

/** The pattern of the catalogue: other languages must have each of these words, or they do not compile. */
export const en = {
  name: 'English',
  code: 'EN',
  skip: 'Skip to content',
  accounts: 'Accounts',
  pages: {
    title: 'Pages',
    inspector: 'Inspector',
    supervision: 'Supervision',
    leases: 'Leases',
    operations: 'Operations',
    loading: 'Loading…',
    broken: 'This page could not be loaded',
    brokenHint: 'It may have changed with an upgrade of Muster. Load the dashboard again.',
    again: 'Load again',
  },
  language: 'Language',
  theme: 'Appearance',
  themes: { auto: 'System', light: 'Light', dark: 'Dark' },
  line: {
    connecting: 'Connecting',
    live: 'Live',
    stale: 'Out of date',
    ended: 'Stopped',
    staleSince: (time: string) =>
      `The connection was lost at ${time}. What you see may be out of date; it is being restored.`,
    connectingWhy: 'Waiting for Muster to answer. It may still be starting.',
    unread: 'The accounts can’t be read now; this is tried again',
  },
  status: {
    DISCONNECTED: 'Disconnected',
    CONNECTING: 'Connecting',
    QR_READY: 'Waiting for scan',
    AUTHENTICATING: 'Authenticating',
    CONNECTED: 'Connected',
    FAILED: 'Failed',
  },
  provider: { whatsapp: 'WhatsApp', telegram: 'Telegram', simulated: 'Simulated' },
  fleet: {
    all: 'All',
    search: 'Search',
    searchHint: 'Label, phone or id',
    provider: 'Provider',
    anyProvider: 'All providers',
    byStatus: 'Filter by status',
    add: 'Add account',
    account: 'Account',
    status: 'Status',
    detail: 'State',
    since: 'For',
    restarts: 'Restarts',
    node: 'Node',
    memory: 'Memory',
    shown: (shown: string, all: string) => `${shown} of ${all} shown`,
    none: 'No accounts yet',
    noneHint: 'Add the first one and scan its QR code with a phone. A simulated account needs no phone.',
    noMatch: 'Nothing matches the filter',
    clear: 'Clear the filter',
    loading: 'Loading accounts…',
    retryAt: (when: string) => `next try in ${when}`,
  },
  add: {
    title: 'Add account',
    label: 'Label',
    labelHint: 'A name that people recognise, such as “Sales Kyiv”',
    provider: 'Provider',
    save: 'Add',
    notBuilt: 'not available yet',
  },
  account: {
    back: 'All accounts',
    connect: 'Connect',
    disconnect: 'Disconnect',
    restart: 'Restart',
    logout: 'Log out',
    delete: 'Delete',
    phone: 'Phone',
    noPhone: 'not linked',
    wanted: 'Wanted',
    created: 'Added',
    id: 'Id',
    missing: 'There is no such account',
    missingHint: 'It may have been deleted. The list shows all that there are.',
    browser: (percent: string) => `${percent} of a core`,
    tabs: { messages: 'Messages', history: 'History' },
    settings: 'Settings',
    older: 'Show older',
    olderElsewhere: (n: number) => `The newest ${n} are shown; older ones are in the API.`,
    loaded: 'Login progress',
    settling: 'Opening a session. This takes a few seconds.',
    authenticating: 'The phone has accepted. Muster waits until the account is ready.',
    resting: 'The account is at rest. Nothing is sent until it is connected; what is queued waits.',
  },
  remove: {
    title: (label: string) => `Delete “${label}”?`,
    lost: 'These are lost:',
    losses: [
      'the login: the phone’s list of linked devices loses this one, and a new QR code has to be scanned',
      'what still waits to be sent',
      'the account in this list, with its settings',
    ],
    kept: 'Its messages and its history are kept for the configured time, then removed.',
    confirm: 'Delete account',
  },
  leave: {
    title: (label: string) => `Log out “${label}”?`,
    text: 'The login is given up here and on the phone. To connect again, a new QR code has to be scanned. Messages and history stay.',
  },
  pair: {
    title: 'Link this account to a phone',
    steps: [
      'Open the messenger on the phone',
      'Open “Linked devices”, then “Link a device”',
      'Point the camera at this code',
    ],
    alt: 'QR code to scan with the phone',
    renews: (seconds: string) => `A new code in ${seconds}`,
    renewing: 'A new code is on its way…',
    attempt: (n: number) => `code ${n}`,
    byCode: 'No camera? Link with a code',
    phone: 'Phone number',
    phoneHint: 'With the country code, such as +380441234567',
    ask: 'Get a code',
    enter: 'Enter this code on the phone, under “Link with phone number”:',
    until: (time: string) => `valid until ${time}`,
  },
  who: {
    title: 'Who must act',
    nobody: 'Nobody: Muster does it',
    phone: 'Whoever holds the phone',
    operator: 'Whoever runs this machine',
    developer: 'The developers of Muster',
    operatorAfterFalls:
      'It fell again and again, so Muster has stopped trying. Look at this machine’s memory and processor and at the log, then connect again.',
    developerAfterFalls:
      'It fell again and again, so Muster has stopped trying. Connect again; if it comes back, report what the log says.',
  },
  problems: enProblems,
  settings: enSettings,
  sending: enSending,
  reasons: reasons as Record<ReasonCode, string>,
  supervision: enSupervision,
  watch: enWatch,
  messages: {
    none: 'No messages yet',
    noneHint: 'What this account sends and receives appears here at once.',
    to: 'To',
    toHint: '+380441234567',
    toTold: 'Phone or chat id, such as +380441234567',
    text: 'Message',
    textHint: 'Write a message…',
    send: 'Send',
    offline: 'The account is not connected: the message waits until it is.',
    status: {
      queued: 'Queued',
      sending: 'Sending',
      sent: 'Sent',
      delivered: 'Delivered',
      read: 'Read',
      failed: 'Failed',
      uncertain: 'Uncertain',
      received: 'Received',
    },
    kinds: {
      text: 'Text',
      image: 'Picture',
      video: 'Video',
      audio: 'Audio',
      voice: 'Voice message',
      document: 'Document',
      sticker: 'Sticker',
      location: 'Location',
      contact: 'Contact',
      poll: 'Poll',
      reaction: 'Reaction',
      edit: 'Edited text',
      revoke: 'Deletion',
      other: 'Something else',
    },
    revoked: 'Deleted for everyone',
    answer: (who: string) => `Answer ${who}`,
    log: 'Messages, newest at the bottom',
  },
  history: {
    none: 'Nothing has happened yet',
    held: (time: string) => `after ${time}`,
    session: (n: number) => `session ${n}`,
    log: 'History, newest first',
    inspect: 'Look at this step in the inspector',
    causes: {
      requested: 'asked by a person',
      runtime_started: 'Muster was started',
      deadline_passed: 'a deadline has passed',
    },
  },
  key: {
    title: 'This Muster asks for a key',
    text: 'Give one of the keys in API_KEYS. It is kept until this tab is closed.',
    label: 'API key',
    enter: 'Open',
    wrong: 'This key is not accepted.',
  },
  records: {
    find: 'Search',
    clear: 'Clear',
    follow: 'Follow live',
    pause: 'Pause',
    older: 'Show older',
    anyAccount: 'All accounts',
  },
  trouble: {
    title: 'That did not work',
    offline: 'Muster did not answer. Is it running, and is the network there?',
    silent: 'Muster does not answer',
    silentHint: 'What you see is from the last answer. It is asked again every few seconds.',
    foreign: 'Muster refuses pages that were opened by another name than localhost while it has no API keys.',
    dismiss: 'Close',
  },
  inspector: enInspector,
  leases: enLeases,
  operations: enOperations,
  cancel: 'Cancel',
};

type Widen<T> = T extends string
  ? string
  : T extends (...told: infer Told) => string
    ? (...told: Told) => string
    : T extends readonly unknown[]
      ? { readonly [K in keyof T]: Widen<T[K]> }
      : { readonly [K in keyof T]: Widen<T[K]> };

/** What there is to say, in any language. */
export type Words = Widen<typeof en>;
