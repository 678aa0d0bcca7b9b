import type { DemoFault, DemoRefusal } from '#apps/simulator/demo/demo-words';

/** Of the panel beside a demo. They travel with it, since no other dashboard needs them. */
export interface DemoWords {
  readonly title: string;
  readonly show: string;
  readonly hide: string;
  readonly note: string;
  readonly story: string;
  readonly away: string;
  readonly phones: string;
  readonly noPhones: string;
  readonly phonesHint: string;
  readonly notLinked: string;
  readonly seesCode: string;
  readonly scan: string;
  readonly scanFor: (label: string) => string;
  readonly type: string;
  readonly typeFor: (label: string) => string;
  readonly write: string;
  readonly writeTo: (label: string) => string;
  readonly unlink: string;
  readonly unlinkFrom: (label: string) => string;
  readonly customer: string;
  readonly heard: (text: string, from: string) => string;
  readonly heardNothing: string;
  /** What the customer writes, one after another. */
  readonly texts: readonly string[];
  readonly faults: string;
  readonly victim: string;
  readonly all: string;
  readonly nobody: string;
  readonly needsConnected: string;
  readonly notConnected: (label: string) => string;
  readonly groups: Readonly<Record<'process' | 'page' | 'network' | 'provider', string>>;
  readonly play: string;
  readonly playOne: (name: string) => string;
  readonly fault: Readonly<Record<DemoFault, { readonly name: string; readonly see: string }>>;
  readonly outcome: {
    /** Struck so long ago, and nothing is to be seen yet. */
    readonly waiting: (time: string) => string;
    readonly left: (time: string) => string;
    readonly back: (time: string) => string;
    readonly rests: (status: string) => string;
    readonly held: string;
    readonly unseen: string;
    readonly store: string;
    readonly storeLost: (time: string) => string;
    readonly storeBack: (time: string) => string;
  };
  readonly refusals: Readonly<Record<DemoRefusal, string>>;
  readonly unanswered: string;
}

export const enDemo: DemoWords = {
  title: 'Demo',
  show: 'Show the demo panel',
  hide: 'Hide the demo panel',
  note: 'A stand-in plays WhatsApp on this machine. No real phone is reached. Muster is set to be less patient than usual, so that one can watch.',
  story: 'The terminal is telling its story. It ends as soon as you play a fault.',
  away: 'The demo does not answer. It may have been ended.',
  phones: 'Phones',
  noPhones: 'Add a WhatsApp account: the phone for it appears here.',
  phonesHint: 'While this panel is open, phones wait for your click.',
  notLinked: 'not linked',
  seesCode: 'sees a QR code',
  scan: 'Scan',
  scanFor: (label) => `Scan the code of ${label}`,
  type: 'Type code',
  typeFor: (label) => `Type the code of ${label}`,
  write: 'Write',
  writeTo: (label) => `Write to ${label}`,
  unlink: 'Unlink',
  unlinkFrom: (label) => `Unlink ${label} on the phone`,
  customer: 'A customer',
  heard: (text, from) => `“${text}” from ${from}`,
  heardNothing: 'has not heard from you yet',
  texts: ['Good morning! Are you open today?', 'How much is the delivery?', 'Thank you, see you soon.'],
  faults: 'Faults',
  victim: 'Account to strike',
  all: 'All connected accounts',
  nobody: 'No account is connected',
  needsConnected: 'Faults strike a WhatsApp account that is connected: connect one, then play.',
  notConnected: (label) => `${label} (not connected)`,
  groups: { process: 'Processes', page: 'Page', network: 'Network', provider: 'Phone and provider' },
  play: 'Play',
  playOne: (name) => `Play: ${name}`,
  fault: {
    kill_browser: {
      name: 'Kill the browser',
      see: 'Its process is gone at once. The account leaves Connected in a second and is back in about three.',
    },
    freeze_browser: {
      name: 'Freeze the browser',
      see: 'It stops without dying. After two unanswered signs of life it is replaced, and back in some twenty seconds.',
    },
    kill_engine_host: {
      name: 'Kill the engine host',
      see: 'The process that drives the browsers dies. All accounts in it restart, and no others.',
    },
    freeze_engine_host: {
      name: 'Freeze the engine host',
      see: 'After 15 seconds without a heartbeat it is ended with its browsers, and its accounts come back.',
    },
    kill_database: {
      name: 'Kill the database',
      see: 'Postgres is gone and back within three seconds. No account moves, and nothing accepted is lost.',
    },
    crash_page: {
      name: 'Crash the page',
      see: 'The renderer dies, the browser lives. A new browser is connected in about three seconds.',
    },
    hang_page: {
      name: 'Hang the page',
      see: 'It is busy for a minute and answers nothing. After two unanswered signs of life it is replaced.',
    },
    reload_page: {
      name: 'Reload the page',
      see: 'The account is degraded for a moment. Its browser stays, and nothing is sent twice.',
    },
    cut_network: {
      name: 'Cut the network',
      see: 'Nothing is reached for 20 seconds. The account waits, degraded, and goes on without a restart.',
    },
    slow_network: {
      name: 'Slow the network',
      see: 'For a minute every answer takes four seconds longer. A message is written to show it.',
    },
    lose_answer: {
      name: 'Lose an answer',
      see: 'A message is taken and never confirmed. Muster looks it up after half a minute and does not send it twice.',
    },
    log_out: {
      name: 'Log out on the phone',
      see: 'The account rests, Disconnected, in a second and is not restarted. Connect it, and scan a new code.',
    },
    open_elsewhere: {
      name: 'Open it elsewhere',
      see: 'Another place takes the account over. Muster waits ten seconds and takes it back once.',
    },
    ban: {
      name: 'Ban the account',
      see: 'The provider blocks it: Failed, and never restarted by itself. Connect lifts it here.',
    },
    refuse_message: {
      name: 'Refuse a message',
      see: 'A message is written and the servers refuse it. It is Failed with its reason, the account stays.',
    },
  },
  outcome: {
    waiting: (time) => `still connected after ${time}`,
    left: (time) => `left after ${time}`,
    back: (time) => `back after ${time}`,
    rests: (status) => `now ${status}`,
    held: 'stays connected',
    unseen: 'nothing was seen',
    store: 'Database',
    storeLost: (time) => `away after ${time}`,
    storeBack: (time) => `back after ${time}`,
  },
  refusals: {
    not_connected: 'The account is not connected: there is nothing to break.',
    just_linked:
      'It was linked a moment ago, and its browser still writes the login to disk. Try again in a few seconds.',
    nothing_to_strike: 'There is nothing to strike at this moment. Try again.',
    no_code: 'No code is shown at this moment. Try again.',
    account_unknown: 'There is no such account.',
  },
  unanswered: 'The demo did not do it',
};
