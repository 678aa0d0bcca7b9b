import { resolve } from 'node:path';
import type { Provider } from '#libs/contracts/account';
import { BACKOFF_JITTER_MAX } from '#libs/contracts/limits/sessions';
import type { Pace } from '#libs/contracts/outbox';
import { isLoopback } from './loopback.js';
import { VARIABLES, type VariableName, type VariableValues } from './variables.js';

/** What an operator has decided, read once at start. Times in milliseconds unless the name says otherwise. */
export interface Config {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Absolute. */
  readonly dataDir: string;
  /** Null: an embedded Postgres in `dataDir`. */
  readonly databaseUrl: string | null;
  /** Empty: no key is asked for, and `host` is loopback. */
  readonly apiKeys: readonly string[];
  readonly chromiumPath: string | null;
  readonly chromiumArgs: readonly string[];
  readonly allowPrivateTargets: boolean;
  readonly whatsappBrowser: VariableValues['WHATSAPP_BROWSER'];
  readonly autoRestore: boolean;
  readonly shutdownDeadlineMs: number;
  readonly logLevel: VariableValues['LOG_LEVEL'];
  /** Whether machines may be shown in a page of stately.ai. */
  readonly statelyInspector: boolean;
  /** Always null until cluster mode is built. */
  readonly natsUrl: null;
  readonly deadlines: {
    readonly launchMs: number;
    readonly qrScanMs: number;
    readonly authenticationMs: number;
    readonly degradedMs: number;
    readonly providerTimeoutMs: number;
    readonly conflictWaitMs: number;
    readonly closeMs: number;
    readonly killMs: number;
  };
  readonly restart: {
    readonly restartsMax: number;
    readonly windowMs: number;
    readonly backoffFirstMs: number;
    readonly backoffMsMax: number;
    readonly jitterMax: number;
    readonly resetAfterMs: number;
  };
  readonly pace: Pace;
  /** 0: never. */
  readonly outboxStaleAfterMs: number;
  readonly launchParallelMax: Readonly<Record<Provider, number>>;
  readonly engineHostAccountsMax: number;
  readonly engineHeartbeatMissingMsMax: number;
  readonly diskFreeMbMin: number;
  readonly probe: { readonly everyMs: number; readonly answerMsMax: number };
  readonly browsers: { readonly memoryMbMax: number; readonly lookEveryMs: number; readonly recycleIdleMs: number };
  readonly receiveMedia: boolean;
  readonly mediaFetchMsMax: number;
  readonly mediaRetentionDays: number;
  readonly eventRetentionDays: number;
  readonly deliveryRetentionDays: number;
  readonly deletedRetentionDays: number;
  readonly profileTrashDays: number;
}

/** The environment can't be used. The message names every wrong variable, on a line each, and never shows a value. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigError';
  }
}

/** Reads the environment by the table in variables.ts. Throws ConfigError. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const values = readVariables(env);
  const faults = contradictions(values);
  if (faults.length > 0) throw new ConfigError(faults);
  return toConfig(values);
}

function readVariables(env: NodeJS.ProcessEnv): VariableValues {
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const name of Object.keys(VARIABLES) as VariableName[]) {
    const text = env[name]?.trim() || VARIABLES[name].default;
    const read = VARIABLES[name].read.safeParse(text);
    if (read.success) values[name] = read.data;
    else faults.push(`${name}: ${read.error.issues.map(({ message }) => message).join(', ')}`);
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return values as VariableValues;
}

/** What is right alone and wrong together. */
function contradictions(values: VariableValues): readonly string[] {
  const faults: string[] = [];
  if (values.API_KEYS.length === 0 && !isLoopback(values.HOST)) {
    faults.push(
      'HOST: an address that others can reach needs API_KEYS; without keys only loopback (127.0.0.1) is allowed',
    );
  }
  if (values.STATELY_INSPECTOR && !isLoopback(values.HOST))
    faults.push('STATELY_INSPECTOR: only on loopback (HOST 127.0.0.1)');
  if (values.NATS_URL !== null) faults.push('NATS_URL: cluster mode is not built yet; leave it empty');
  if (values.BACKOFF_FIRST_MS > values.BACKOFF_MS_MAX) {
    faults.push('BACKOFF_FIRST_MS: expected at most BACKOFF_MS_MAX');
  }
  if (values.SEND_GAP_MS_MIN > values.SEND_GAP_MS_MAX) faults.push('SEND_GAP_MS_MIN: expected at most SEND_GAP_MS_MAX');
  return faults;
}

function toConfig(values: VariableValues): Config {
  return {
    host: values.HOST,
    port: values.PORT,
    dataDir: resolve(values.DATA_DIR),
    databaseUrl: values.DATABASE_URL,
    apiKeys: values.API_KEYS,
    chromiumPath: values.CHROMIUM_PATH,
    chromiumArgs: values.CHROMIUM_ARGS,
    allowPrivateTargets: values.ALLOW_PRIVATE_TARGETS,
    whatsappBrowser: values.WHATSAPP_BROWSER,
    autoRestore: values.AUTO_RESTORE,
    shutdownDeadlineMs: values.SHUTDOWN_DEADLINE_MS,
    logLevel: values.LOG_LEVEL,
    statelyInspector: values.STATELY_INSPECTOR,
    natsUrl: null,
    ...toAccountConfig(values),
    pace: {
      gapMsMin: values.SEND_GAP_MS_MIN,
      gapMsMax: values.SEND_GAP_MS_MAX,
      perMinuteMax: values.SEND_PER_MINUTE_MAX,
    },
    outboxStaleAfterMs: values.OUTBOX_STALE_AFTER_MS,
    engineHostAccountsMax: values.ENGINE_HOST_ACCOUNTS_MAX,
    engineHeartbeatMissingMsMax: values.ENGINE_HEARTBEAT_MISSING_MS_MAX,
    diskFreeMbMin: values.DISK_FREE_MB_MIN,
    probe: { everyMs: values.PROBE_EVERY_MS, answerMsMax: values.PROBE_ANSWER_MS_MAX },
    browsers: {
      memoryMbMax: values.BROWSER_MEMORY_MB_MAX,
      lookEveryMs: values.BROWSER_LOOK_EVERY_MS,
      recycleIdleMs: values.RECYCLE_IDLE_MS,
    },
    receiveMedia: values.RECEIVE_MEDIA,
    mediaFetchMsMax: values.MEDIA_FETCH_MS_MAX,
    mediaRetentionDays: values.MEDIA_RETENTION_DAYS,
    eventRetentionDays: values.EVENT_RETENTION_DAYS,
    deliveryRetentionDays: values.DELIVERY_RETENTION_DAYS,
    deletedRetentionDays: values.DELETED_RETENTION_DAYS,
    profileTrashDays: values.PROFILE_TRASH_DAYS,
  };
}

function toAccountConfig(values: VariableValues): Pick<Config, 'deadlines' | 'restart' | 'launchParallelMax'> {
  return {
    deadlines: {
      launchMs: values.LAUNCH_DEADLINE_MS,
      qrScanMs: values.QR_SCAN_DEADLINE_MS,
      authenticationMs: values.AUTHENTICATION_DEADLINE_MS,
      degradedMs: values.DEGRADED_DEADLINE_MS,
      providerTimeoutMs: values.PROVIDER_TIMEOUT_DEADLINE_MS,
      conflictWaitMs: values.CONFLICT_WAIT_MS,
      closeMs: values.CLOSE_DEADLINE_MS,
      killMs: values.KILL_DEADLINE_MS,
    },
    restart: {
      restartsMax: values.RESTARTS_MAX,
      windowMs: values.RESTART_WINDOW_MS,
      backoffFirstMs: values.BACKOFF_FIRST_MS,
      backoffMsMax: values.BACKOFF_MS_MAX,
      jitterMax: BACKOFF_JITTER_MAX,
      resetAfterMs: values.BACKOFF_RESET_AFTER_MS,
    },
    launchParallelMax: {
      whatsapp: values.WHATSAPP_LAUNCH_PARALLEL_MAX,
      telegram: values.TELEGRAM_LAUNCH_PARALLEL_MAX,
      simulated: values.SIMULATED_LAUNCH_PARALLEL_MAX,
    },
  };
}
