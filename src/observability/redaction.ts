import type { Config } from '#src/config/config';

const REDACTED = '[redacted]';

/** Names under which a secret, a login, a code to scan or a private text would stand. */
const secretNames =
  /^(authorization|cookie|set-cookie|x-api-key|api-?keys?|password|passwd|secret|token|credentials?|login|qr|pairing-?code|text|body|database-?url|query|parameters)$/i;
/** A log object is shallow; what lies deeper is not looked through but left out. */
const DEPTH_MAX = 6;

/** A copy of what is to be logged, without the values of secret names. Errors keep type, message, stack and cause only. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return describeError(value, depth);
  if (depth >= DEPTH_MAX) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    secretNames.test(name) && inner !== null ? REDACTED : redact(inner, depth + 1),
  ]);
  return Object.fromEntries(entries) as unknown;
}

/** A database's error carries its statement and parameters, which hold texts and labels: they are left out. */
function describeError(error: Error, depth: number): object {
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.cause !== undefined && depth < DEPTH_MAX ? { cause: redact(error.cause, depth + 1) } : {}),
  };
}

/** Takes the operator's own secrets out of a finished line, wherever they came from (a library's error message, say). */
export function createScrubber(config: Pick<Config, 'apiKeys' | 'databaseUrl'>): (line: string) => string {
  const password = config.databaseUrl === null ? '' : new URL(config.databaseUrl).password;
  const secrets = [...config.apiKeys, password, decodeURIComponent(password)]
    .filter((secret) => secret.length >= SECRET_CHARS_MIN)
    .map((secret) => JSON.stringify(secret).slice(1, -1));
  return (line) => secrets.reduce((scrubbed, secret) => scrubbed.replaceAll(secret, REDACTED), line);
}

/** Shorter ones are found by chance in the midst of harmless words, and protect nothing. */
const SECRET_CHARS_MIN = 6;
