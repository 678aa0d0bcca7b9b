import { QR_ATTEMPTS_MAX } from '#libs/contracts/limits/sessions';
import type { AccountCommandName } from '#libs/contracts/account';
import type { ReasonCode } from '#libs/contracts/reasons';
import type { DriverFact } from '#libs/contracts/session';

/** What may come next in an account's life: one thing, from one of those around it. */
export type Move =
  /** A person, through the API. */
  | { readonly type: 'command'; readonly name: AccountCommandName }
  /** Its browser has grown too large. */
  | { readonly type: 'recycle' }
  /** It gets its launch slot. */
  | { readonly type: 'granted' }
  | { readonly type: 'fact'; readonly name: FactName }
  /** The page answers all probes that were put to it at this moment. */
  | { readonly type: 'probed' }
  /** Broken; its last fact follows as another move. */
  | { readonly type: 'broken'; readonly reason: ReasonCode }
  /** The session ends by itself. */
  | { readonly type: 'dropped'; readonly reason: ReasonCode }
  /** The session says that it is closed: as it was asked, or not. */
  | { readonly type: 'closed' }
  /** The kill has helped. */
  | { readonly type: 'killed' }
  | { readonly type: 'discarded' }
  | { readonly type: 'discard-fails' }
  /** Nothing happens until the account's deadline. */
  | { readonly type: 'deadline' }
  /** A connection holds so long that what was before is forgiven. */
  | { readonly type: 'holds' }
  /** The process dies with all its sessions; the next one brings the account back, or not. */
  | { readonly type: 'death'; readonly autoRestore: boolean }
  /** Somebody restores an account that failed, which no start of the runtime does. */
  | { readonly type: 'restore-failed' };

export type FactName = keyof typeof FACTS;

/** One of each kind that the machine tells apart. */
export const FACTS = {
  qr: { type: 'driver.qr', qr: 'code', attempt: 1, lifetimeMs: 20_000 },
  'qr-too-many': { type: 'driver.qr', qr: 'code', attempt: QR_ATTEMPTS_MAX + 1, lifetimeMs: 20_000 },
  waiting: { type: 'driver.waiting', on: 'socket' },
  scanned: { type: 'driver.scanned' },
  ready: { type: 'driver.ready', phone: '+380441234567' },
  degraded: { type: 'driver.degraded', reason: 'network_unreachable' },
  'provider-silent': { type: 'driver.degraded', reason: 'provider_timeout' },
  'logged-out': { type: 'driver.logged-out' },
} as const satisfies Record<string, DriverFact>;

/**
 * Ends of a session, one of each kind that the machine or its supervisor tells apart: a crash, an outage, what is in passing,
 * what rests in FAILED (with its login, without, with a login of which only the copy here is bad), and in DISCONNECTED.
 */
export const ENDS = [
  'browser_gone',
  'network_unreachable',
  'conflict',
  'blocked',
  'session_expired',
  'profile_damaged',
  'logged_out',
] as const satisfies readonly ReasonCode[];

const COMMANDS = ['connect', 'disconnect', 'restart', 'logout'] as const;

/** Every move there is; which of them may come in a state is the world’s to say (`isPossible` of the model). */
export const MOVES: readonly Move[] = [
  ...COMMANDS.map((name) => ({ type: 'command', name }) as const),
  { type: 'recycle' },
  { type: 'granted' },
  ...(Object.keys(FACTS) as FactName[]).map((name) => ({ type: 'fact', name }) as const),
  { type: 'probed' },
  ...ENDS.map((reason) => ({ type: 'broken', reason }) as const),
  ...ENDS.map((reason) => ({ type: 'dropped', reason }) as const),
  { type: 'closed' },
  { type: 'killed' },
  { type: 'discarded' },
  { type: 'discard-fails' },
  { type: 'deadline' },
  { type: 'holds' },
  { type: 'death', autoRestore: true },
  { type: 'death', autoRestore: false },
  { type: 'restore-failed' },
];

/** `dropped blocked`: the name by which a path tells of it. */
export const nameOf = (move: Move): string => Object.values(move).map(String).join(' ');
