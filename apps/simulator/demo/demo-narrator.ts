import type { AccountView } from '#libs/contracts/account';
import { isReasonCode, REASONS } from '#libs/contracts/reasons';
import type { TransitionView } from '#libs/contracts/transition';

/** Tells the story: one line each, with the seconds since the start, who, and what. */
export interface Narrator {
  tell(who: string, what: string): void;
  /** Nothing more is told. */
  close(): void;
  /** When the story began, ISO 8601. */
  readonly since: string;
  /** Seconds since then. */
  readonly seconds: number;
}

const WHO_CHARS = 9;

export function createNarrator(write: (line: string) => void): Narrator {
  const began = performance.now();
  let open = true;
  const seconds = (): number => (performance.now() - began) / 1_000;
  return {
    tell(who, what) {
      if (open) write(`${seconds().toFixed(1).padStart(6)} s  ${who.padEnd(WHO_CHARS)} ${what}\n`);
    },
    since: new Date().toISOString(),
    close: () => void (open = false),
    get seconds() {
      return seconds();
    },
  };
}

type Words = (step: TransitionView, account: AccountView) => string;

const WORDS: Readonly<Record<string, Words>> = {
  'CONNECTING.queued': ({ event }) => (event === 'account.restore' ? 'restored after the restart' : 'connects'),
  'CONNECTING.launching': ({ incarnation }) => `starts its browser (session ${incarnation})`,
  'CONNECTING.closing': ({ cause }) => `closes what is left of its session (${cause ?? 'on request'})`,
  'CONNECTING.backingOff': ({ cause }, { restarts }) =>
    `${reasonText(cause)} Tries again${secondsUntil(restarts.nextAttemptAt)}`,
  QR_READY: ({ from }) => (from === 'QR_READY' ? 'shows the next QR code' : 'shows a QR code'),
  'AUTHENTICATING.syncing': ({ from }) =>
    from === 'QR_READY' ? 'the code was scanned, synchronising' : 'the saved login is good: no QR code is needed',
  'AUTHENTICATING.verifying': () => 'the library says ready; Muster asks the page',
  'CONNECTED.online': (_, { phone }) => `is CONNECTED as ${phone ?? 'an unknown number'}`,
  'CONNECTED.degraded': () => 'has lost its line to the servers',
  'DISCONNECTED.closing': ({ cause }) => `closes its browser (${cause ?? 'on request'})`,
  'DISCONNECTED.idle': (_, { reason }) => `rests, DISCONNECTED: ${reason?.message ?? 'nobody wants it connected'}`,
  'FAILED.closing': ({ cause }) => `closes its browser (${cause ?? 'on request'})`,
  'FAILED.idle': (_, { reason }) => `is FAILED: ${reason?.message ?? 'without a reason'}`,
};

/** A committed step of an account's history, in plain words. */
export function wordsFor(step: TransitionView, account: AccountView): string {
  return WORDS[step.to]?.(step, account) ?? `${step.from ?? ''} → ${step.to}`;
}

function reasonText(cause: string | null): string {
  return cause !== null && isReasonCode(cause) ? REASONS[cause].message : `${cause ?? 'on request'}.`;
}

function secondsUntil(at: string | null): string {
  if (at === null) return '';
  return ` in ${(Math.max(0, Date.parse(at) - Date.now()) / 1_000).toFixed(1)} s`;
}
