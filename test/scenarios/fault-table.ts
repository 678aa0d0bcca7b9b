/** A test outside this folder that tells the same story closer to its part. */
export interface ToldElsewhere {
  readonly file: string;
  readonly title: string;
}

export interface FaultRow {
  readonly fault: string;
  /** What must become of it. Deadlines are the defaults; here they are shorter. */
  readonly ending: string;
  /** Nothing: the scenario of that name in its section's file. Else where it is told, or why it can't be played here. */
  readonly told?: ToldElsewhere | { readonly why: string };
}

const at = (file: string, title: string): ToldElsewhere => ({ file, title });

/** Every fault that an account must get over: the contract of `Every fault heals`, one row each, by the file that plays it. */
export const FAULT_TABLE = {
  starting: [
    { fault: 'the site never answers', ending: 'CONNECTING for 60 s, then restart `page_unreachable`' },
    { fault: 'the connection is reset', ending: 'restart `page_unreachable` for as long as it lasts; nothing leaks' },
    {
      fault: 'DNS is down',
      ending: 'the same',
      told: at(
        'test/drivers/whatsapp.starting.spec.ts',
        'ends as unreachable when the site is, and leaves no browser, ten times over',
      ),
    },
    { fault: 'the site answers 500', ending: 'restart `page_did_not_boot`' },
    { fault: 'the page never boots', ending: 'restart `page_did_not_boot`' },
    { fault: 'the socket stays OPENING', ending: 'CONNECTING for 60 s, then restart `socket_stuck`' },
    { fault: 'disconnect while starting', ending: 'DISCONNECTED, one browser at most, none at the end' },
    { fault: 'connect twice', ending: 'one session, one browser' },
    {
      fault: 'the browser is missing',
      ending: 'FAILED `browser_missing`, tells what to install; not retried',
    },
  ],
  restoring: [
    { fault: 'has_synced fires before the library listens', ending: 'CONNECTED after one kick, no restart' },
    { fault: 'has_synced fires twice at once', ending: 'CONNECTED, harmless' },
    { fault: 'has_synced never fires', ending: 'AUTHENTICATING for 120 s, then restart `never_ready`' },
    { fault: 'the saved login has expired', ending: 'FAILED `session_expired`, the profile moved aside' },
    { fault: 'the saved login was revoked', ending: 'FAILED `session_expired`, the profile moved aside' },
    { fault: 'the login expired, and a person connects', ending: 'QR_READY, then CONNECTED' },
    { fault: 'the QR codes run out', ending: 'refreshed by Muster; after 6 codes DISCONNECTED `qr_not_scanned`' },
    { fault: 'nobody scans for five minutes', ending: 'DISCONNECTED `qr_not_scanned`' },
    { fault: 'the pairing starts, then stalls', ending: 'AUTHENTICATING for 120 s, then a new session' },
  ],
  profiles: [
    { fault: 'a browser of a dead run has the profile', ending: 'ended (pid, start time and profile), then CONNECTED' },
    { fault: 'another host name has locked the profile', ending: 'the lock is cleared, then CONNECTED' },
    { fault: 'a dead process has locked the profile', ending: 'the lock is cleared, then CONNECTED' },
    {
      fault: 'a foreign program has the profile',
      ending: 'FAILED `profile_in_use` naming it; it is never touched',
    },
    { fault: 'the profile is damaged', ending: 'the last good copy once, and CONNECTED' },
    { fault: 'the profile and its copy are damaged', ending: 'FAILED `profile_damaged`, the profile moved aside' },
    { fault: 'the browser is killed right after the first pairing', ending: 'CONNECTED without a new code' },
  ],
  running: [
    { fault: 'the browser is killed', ending: 'leaves CONNECTED in 1 s; restart `browser_gone`' },
    { fault: 'the renderer crashes', ending: 'leaves CONNECTED in 1 s; restart `page_crashed`, one new browser' },
    { fault: 'the page hangs in one task', ending: 'found in 40 s; restart `page_hung`' },
    { fault: 'the browser is frozen', ending: 'found in 40 s; its group is killed; restart `page_hung`' },
    { fault: 'the page is closed', ending: 'restart `page_closed`' },
    { fault: 'the page reloads itself', ending: 'CONNECTED.degraded until ready; no message twice' },
    { fault: 'the page reloads and does not boot', ending: 'the engine host survives; only this account restarts' },
    {
      fault: 'the browser grows over its memory budget',
      ending: 'recycled when idle, messages drained first',
      told: at(
        'test/e2e/whatsapp-recycle.spec.ts',
        'gets a fresh browser when it is idle, and loses or doubles no message',
      ),
    },
  ],
  network: [
    { fault: 'the socket drops and comes back', ending: 'CONNECTED.degraded meanwhile, no restart; sends wait' },
    {
      fault: 'the network is gone for good',
      ending: 'degraded; after 120 s restarts with back-off for as long as it lasts, never FAILED; then CONNECTED',
    },
    { fault: 'TIMEOUT', ending: 'degraded; after 60 s restart `provider_timeout`' },
    { fault: 'CONFLICT', ending: 'waits 30 s, one more session; again: FAILED `conflict`' },
    { fault: 'CONFLICT that passes', ending: 'waits 30 s, one more session, CONNECTED' },
    { fault: 'PROXYBLOCK', ending: 'FAILED `blocked`; never restarted' },
    {
      fault: 'logged out on the phone, the page navigates',
      ending: 'DISCONNECTED `logged_out`, profile moved aside, no code until a person connects',
    },
    { fault: 'logged out on the phone, state UNPAIRED', ending: 'the same' },
  ],
  leaving: [
    { fault: 'our own logout', ending: 'DISCONNECTED `stopped`, no login left at the provider' },
    { fault: 'a logout at rest', ending: 'DISCONNECTED `login_left`: the phone still lists the device' },
    { fault: 'a logout while the line is down', ending: 'the same' },
    { fault: 'a logout while the browser is frozen', ending: 'the same; its group is killed' },
    { fault: 'a logout while the engine host is frozen', ending: 'the same; the host is killed' },
  ],
  sending: [
    { fault: 'the server never answers a send', ending: '`sent` by read-back, or `uncertain` as the last word' },
    { fault: 'the server refuses a send', ending: '`failed` with its reason' },
    { fault: 'a send while the socket is down', ending: 'waits, and goes out once' },
    { fault: 'a chat id that is none', ending: '`failed`, the account untouched' },
    { fault: 'the page rejects a send', ending: '`failed`, the account untouched' },
    {
      fault: 'an upload fails',
      ending: '`failed`, the account untouched',
      told: { why: 'Muster sends text only so far: there is nothing to upload.' },
    },
    { fault: 'the browser is killed in the middle of sends', ending: 'each is sent once, or told as uncertain' },
  ],
  processes: [
    {
      fault: 'the runtime is killed',
      ending: 'hosts close their browsers properly within 5 s; the next start restores all',
      told: at(
        'test/e2e/whatsapp-guardians.spec.ts',
        'whose runtime is killed close their browsers, also one that is frozen; a start meanwhile waits',
      ),
    },
    {
      fault: 'the runtime is frozen past its deadline',
      ending: 'hosts close their browsers; all come back',
      told: at(
        'test/e2e/whatsapp-guardians.spec.ts',
        'whose runtime is frozen past their patience close theirs, also a frozen one; it gets its accounts back',
      ),
    },
    {
      fault: 'an engine host is killed',
      ending: 'its accounts restart `engine_gone`, and no others',
      told: at('test/e2e/whatsapp-recovery.spec.ts', 'engine host is killed'),
    },
    { fault: 'an engine host hangs', ending: 'ended with its browsers; its accounts restart `engine_gone`' },
    {
      fault: 'SIGTERM',
      ending: 'graceful stop, exit 0, no process and no lock left',
      told: at(
        'test/e2e/whatsapp-stop.timed.spec.ts',
        'ten accounts that were paired just now stop within 10 s, and leave neither process nor lock',
      ),
    },
    {
      fault: 'SIGTERM twice',
      ending: 'hurries; nothing left',
      told: at(
        'test/e2e/whatsapp-stop.timed.spec.ts',
        'a second signal ends all of them at once, verified, within 3 s',
      ),
    },
  ],
  storage: [
    {
      fault: 'the embedded Postgres is killed',
      ending: 'back in 3 s; accounts stay up; no acknowledged write lost',
      told: at(
        'test/e2e/store-death.timed.spec.ts',
        'our own Postgres, killed while messages are being accepted, is back within 3 s: nothing is lost',
      ),
    },
    {
      fault: 'an external Postgres is gone for 60 s',
      ending: '503 on `/health/ready` and on writes; accounts stay up',
      told: at(
        'test/e2e/store-away.spec.ts',
        'leaves the accounts up, takes nothing that can’t be stored, and comes back by itself',
      ),
    },
    {
      fault: 'the disk is full',
      ending: 'reported in health; nothing damaged; recovers with room',
      told: at('test/e2e/disk-full.spec.ts', 'a full disk is told, harms nothing, and is got over when there is room'),
    },
  ],
} as const satisfies Record<string, readonly FaultRow[]>;

export type FaultSection = keyof typeof FAULT_TABLE;
export const FAULT_SECTIONS = Object.keys(FAULT_TABLE) as readonly FaultSection[];

/** The faults that one file plays. */
export type FaultOf<Section extends FaultSection> = Exclude<
  (typeof FAULT_TABLE)[Section][number],
  { readonly told: unknown }
>['fault'];

export const rowsOf = (section: FaultSection): readonly FaultRow[] => FAULT_TABLE[section];
