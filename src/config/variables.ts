import { resolve } from 'node:path';
import { z } from 'zod';
import * as machinesLimits from '#libs/contracts/limits/machines';
import * as mediaLimits from '#libs/contracts/limits/media';
import * as messagesLimits from '#libs/contracts/limits/messages';
import * as newsLimits from '#libs/contracts/limits/news';
import * as runtimeLimits from '#libs/contracts/limits/runtime';
import * as sessionsLimits from '#libs/contracts/limits/sessions';
import { asItIs, onlyCount, onlyWhetherSet, withoutFlagValues, withoutLogin } from './secrecy.js';
import {
  apiKeys,
  choice,
  milliseconds,
  numberBetween,
  orNull,
  shellWords,
  urlOf,
  variable,
  WAIT_MS_MAX,
  yesOrNo,
} from './variable.js';

/**
 * Every environment variable that Muster knows. loadConfig reads by this table and .env.example is printed from it. An empty
 * default means: not set.
 */
export const VARIABLES = {
  HOST: variable(z.string(), '127.0.0.1', 'Address to listen on. Any other than loopback needs API_KEYS.'),
  PORT: variable(numberBetween(0, 65_535), 5001, 'Port to listen on; 0 takes any free one (the log tells which).'),
  DATA_DIR: variable(
    z.string().min(1),
    './data',
    'Directory of the store, the logins and the lock. Back this up.',
    (path) => asItIs(resolve(path)),
  ),
  DATABASE_URL: variable(
    orNull(urlOf(/^postgres(ql)?:$/, 'a URL such as postgres://user:password@host:5432/name')),
    '',
    'Postgres to use. Not set: an embedded one in DATA_DIR.',
    withoutLogin,
  ),
  API_KEYS: variable(
    apiKeys,
    '',
    'Keys that callers must show (X-Api-Key or Authorization: Bearer), separated by commas.',
    onlyCount,
  ),
  CHROMIUM_PATH: variable(
    orNull(z.string()),
    '',
    'Browser to use. Not set: one is looked for, else fetched, else (as root on Debian) installed by apt-get.',
  ),
  CHROMIUM_ARGS: variable(
    shellWords,
    '',
    'Extra flags for the browser, split as a shell splits words: quote a flag with spaces.',
    withoutFlagValues,
  ),
  ALLOW_PRIVATE_TARGETS: variable(
    yesOrNo,
    'false',
    'May webhooks and media URLs point at private or loopback addresses?',
  ),
  WHATSAPP_BROWSER: variable(
    choice(['auto', 'shell', 'full']),
    'auto',
    'shell: headless shell (half the memory); full: a whole Chromium; auto: shell where there is one.',
  ),
  AUTO_RESTORE: variable(yesOrNo, 'true', 'Connect at start what was wanted connected before.'),
  SHUTDOWN_DEADLINE_MS: variable(
    milliseconds,
    sessionsLimits.SHUTDOWN_DEADLINE_MS,
    'Longest graceful stop; what is open then is ended by force.',
  ),
  LOG_LEVEL: variable(
    choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    'info',
    'Least level that is logged.',
  ),
  STATELY_INSPECTOR: variable(
    yesOrNo,
    'false',
    'Offers /stately: accounts in Stately’s inspector, a page of stately.ai in your browser. Only on loopback.',
  ),
  NATS_URL: variable(orNull(z.string()), '', 'Cluster mode. Not built yet: leave it empty.', onlyWhetherSet),

  LAUNCH_DEADLINE_MS: variable(
    milliseconds,
    sessionsLimits.LAUNCH_DEADLINE_MS,
    'From the launch of a session to the first sign of the provider.',
  ),
  QR_SCAN_DEADLINE_MS: variable(
    milliseconds,
    sessionsLimits.QR_SCAN_DEADLINE_MS,
    'How long a QR code is offered to be scanned.',
  ),
  AUTHENTICATION_DEADLINE_MS: variable(
    milliseconds,
    sessionsLimits.AUTHENTICATION_DEADLINE_MS,
    'From the accepted login to a verified connection.',
  ),
  DEGRADED_DEADLINE_MS: variable(
    milliseconds,
    sessionsLimits.DEGRADED_DEADLINE_MS,
    'How long a connected account may stay without its socket before it is restarted.',
  ),
  PROVIDER_TIMEOUT_DEADLINE_MS: variable(
    milliseconds,
    sessionsLimits.PROVIDER_TIMEOUT_DEADLINE_MS,
    'The same while the page says that the provider does not answer it (TIMEOUT).',
  ),
  CONFLICT_WAIT_MS: variable(
    milliseconds,
    sessionsLimits.CONFLICT_WAIT_MS,
    'Pause before the one further try after the account was opened in another place.',
  ),
  PROBE_EVERY_MS: variable(
    milliseconds,
    sessionsLimits.PROBE_EVERY_MS,
    'How often the page of a connected account is asked for a sign of life.',
  ),
  PROBE_ANSWER_MS_MAX: variable(
    milliseconds,
    sessionsLimits.PROBE_ANSWER_MS_MAX,
    'How long that may take; missed twice, and the session is replaced.',
  ),
  CLOSE_DEADLINE_MS: variable(
    milliseconds,
    sessionsLimits.CLOSE_DEADLINE_MS,
    'How long a session may take to close before it is killed.',
  ),
  KILL_DEADLINE_MS: variable(milliseconds, sessionsLimits.KILL_DEADLINE_MS, 'From the kill to the verified end.'),

  RESTARTS_MAX: variable(
    numberBetween(0, 1_000),
    sessionsLimits.RESTARTS_MAX,
    'More crashes than this inside RESTART_WINDOW_MS, and the account waits for a person (FAILED).',
  ),
  RESTART_WINDOW_MS: variable(milliseconds, sessionsLimits.RESTART_WINDOW_MS, 'The sliding window of RESTARTS_MAX.'),
  BACKOFF_FIRST_MS: variable(
    milliseconds,
    sessionsLimits.BACKOFF_FIRST_MS,
    'Pause before the first restart; it doubles with each further one.',
  ),
  BACKOFF_MS_MAX: variable(milliseconds, sessionsLimits.BACKOFF_MS_MAX, 'Longest pause before a restart.'),
  BACKOFF_RESET_AFTER_MS: variable(
    milliseconds,
    sessionsLimits.BACKOFF_RESET_AFTER_MS,
    'Connected for so long, and the next pause is the first one again.',
  ),

  SEND_GAP_MS_MIN: variable(
    numberBetween(0, messagesLimits.SEND_GAP_MS_LIMIT),
    messagesLimits.SEND_GAP_MS_MIN,
    'Least pause after a message of an account; `settings.pace` of an account goes before these three.',
  ),
  SEND_GAP_MS_MAX: variable(
    numberBetween(0, messagesLimits.SEND_GAP_MS_LIMIT),
    messagesLimits.SEND_GAP_MS_MAX,
    'Greatest such pause; each is chosen at random between the two.',
  ),
  SEND_PER_MINUTE_MAX: variable(
    numberBetween(0, messagesLimits.SEND_PER_MINUTE_LIMIT),
    messagesLimits.SEND_PER_MINUTE_MAX,
    'Messages of an account in any minute; 0: no bound.',
  ),
  OUTBOX_STALE_AFTER_MS: variable(
    numberBetween(0, WAIT_MS_MAX),
    messagesLimits.OUTBOX_STALE_AFTER_MS,
    'An outbox whose oldest message waited longer when its account comes online is paused until a person resumes it; 0: never.',
  ),

  WHATSAPP_LAUNCH_PARALLEL_MAX: variable(
    numberBetween(1, 1_000),
    sessionsLimits.WHATSAPP_LAUNCH_PARALLEL_MAX,
    'WhatsApp sessions that may launch at once.',
  ),
  TELEGRAM_LAUNCH_PARALLEL_MAX: variable(
    numberBetween(1, 1_000),
    sessionsLimits.TELEGRAM_LAUNCH_PARALLEL_MAX,
    'Telegram sessions that may launch at once.',
  ),
  SIMULATED_LAUNCH_PARALLEL_MAX: variable(
    numberBetween(1, 100_000),
    sessionsLimits.SIMULATED_LAUNCH_PARALLEL_MAX,
    'Simulated sessions that may launch at once.',
  ),
  ENGINE_HOST_ACCOUNTS_MAX: variable(
    numberBetween(1, 100),
    machinesLimits.ENGINE_HOST_ACCOUNTS_MAX,
    'Accounts in one engine host: its crash restarts these and no others.',
  ),
  ENGINE_HEARTBEAT_MISSING_MS_MAX: variable(
    numberBetween(1_000, 600_000),
    machinesLimits.ENGINE_HEARTBEAT_MISSING_MS_MAX,
    'An engine host that says nothing for so long is ended with its browsers; it closes them when the runtime says nothing.',
  ),

  BROWSER_MEMORY_MB_MAX: variable(
    numberBetween(1, 1_000_000),
    machinesLimits.BROWSER_MEMORY_MB_MAX,
    'Memory of one account’s browser; one that grows beyond it is replaced when it is idle (Linux only).',
  ),
  BROWSER_LOOK_EVERY_MS: variable(
    milliseconds,
    machinesLimits.BROWSER_LOOK_EVERY_MS,
    'How often memory and CPU of the browsers are looked at.',
  ),
  RECYCLE_IDLE_MS: variable(
    milliseconds,
    machinesLimits.RECYCLE_IDLE_MS,
    'No message for so long, and a browser over its budget may be replaced.',
  ),

  DISK_FREE_MB_MIN: variable(
    numberBetween(0, 1_000_000),
    runtimeLimits.DISK_FREE_MB_MIN,
    'With less free room on the disk of DATA_DIR, /health and /health/ready answer 503, and no browser is started.',
  ),

  RECEIVE_MEDIA: variable(
    yesOrNo,
    'true',
    'Fetches the files of received messages. false: they are described, and told as `failed` at once.',
  ),
  MEDIA_FETCH_MS_MAX: variable(
    milliseconds,
    mediaLimits.MEDIA_FETCH_MS_MAX,
    'How long a file that is given by its URL may take to come, redirects included.',
  ),
  MEDIA_RETENTION_DAYS: variable(
    numberBetween(1, 36_500),
    mediaLimits.MEDIA_RETENTION_DAYS,
    'How long files of messages are kept, sent and received; one that a waiting message needs is kept longer.',
  ),
  EVENT_RETENTION_DAYS: variable(
    numberBetween(1, 36_500),
    newsLimits.EVENT_RETENTION_DAYS,
    'How long the event log is kept; a cursor from before is told as expired.',
  ),
  DELIVERY_RETENTION_DAYS: variable(
    numberBetween(1, 36_500),
    runtimeLimits.DELIVERY_RETENTION_DAYS,
    'How long deliveries to webhooks that were taken or given up are kept; until then they can be delivered again.',
  ),
  DELETED_RETENTION_DAYS: variable(
    numberBetween(0, 36_500),
    runtimeLimits.DELETED_RETENTION_DAYS,
    'How long history and messages of a deleted account are kept.',
  ),
  PROFILE_TRASH_DAYS: variable(
    numberBetween(0, 36_500),
    runtimeLimits.PROFILE_TRASH_DAYS,
    'How long a login that was moved aside is kept.',
  ),
} as const;

export type VariableName = keyof typeof VARIABLES;
export type VariableValues = { readonly [Name in VariableName]: z.output<(typeof VARIABLES)[Name]['read']> };

/** The text of .env.example: every variable with its comment and its default. */
export function printEnvExample(): string {
  const entries = Object.entries(VARIABLES).map(
    ([name, { comment, default: fallback }]) => `# ${comment}\n${name}=${fallback}\n`,
  );
  return `# Muster reads these from its environment. Each line shows the default; an empty value counts as not set.\n\n${entries.join('\n')}`;
}
