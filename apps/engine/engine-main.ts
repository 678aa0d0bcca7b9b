import type { Provider } from '#libs/contracts/account';
import { type FromEngine, LAST_WORDS_CHARS_MAX } from '#libs/contracts/engine-ipc';
import type { Driver } from '#libs/drivers/driver';
import { parentChannel } from './engine-channel.js';
import { type EngineHostOptions, runEngineHost } from './engine-host.js';

export type EngineLog = Record<'debug' | 'info' | 'warn' | 'error', (data: object, text: string) => void>;

/** Makes this process an engine host with the drivers that `assemble` builds on the host's log. */
export function runEngineProcess(
  assemble: (log: EngineLog) => ReadonlyMap<Provider, Driver>,
  limits: EngineHostOptions['limits'] = {},
): void {
  const channel = parentChannel();
  const tell = (level: keyof EngineLog) => (data: object, text: string) =>
    channel.send({ kind: 'log', level, text, data: plain(data) });
  const log = { debug: tell('debug'), info: tell('info'), warn: tell('warn'), error: tell('error') };

  // A terminal's Ctrl-C reaches every process of its group: while the runtime lives, the runtime decides. Without it,
  // this host is on its way out already.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  // The other ends of these pipes go with the runtime, before the sessions are closed.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

  // Nobody can say whose fault it was, so nothing here can be trusted any more: the runtime restarts the accounts of
  // this host. Browsers that were started with a pipe leave by themselves.
  const crash = (what: string) => (err: unknown) => {
    log.error({ err }, `an engine host crashed: ${what}`);
    channel.send({ kind: 'last-words', text: `${what}: ${firstLine(err)}`.slice(0, LAST_WORDS_CHARS_MAX) });
    void channel.flushed().finally(() => process.exit(1));
  };
  process.on('uncaughtException', crash('uncaught exception'));
  process.on('unhandledRejection', crash('unhandled rejection'));

  runEngineHost({ channel, drivers: assemble(log), exit: (code) => process.exit(code), limits });
}

function firstLine(error: unknown): string {
  return String(error).split('\n', 1)[0] ?? '';
}

/** Errors lose everything on their way through JSON, so they are told as their stack. */
function plain(data: object): NonNullable<Extract<FromEngine, { kind: 'log' }>['data']> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]: [string, unknown]) => [
      name,
      value instanceof Error ? (value.stack ?? String(value)) : value,
    ]),
  );
}
