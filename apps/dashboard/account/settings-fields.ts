import { MusterApiError } from '#libs/client/api-error';
import type { Provider } from '#libs/contracts/account';
import { paceSettingsSchema } from '#libs/contracts/outbox';
import type { Fault } from '#libs/contracts/parse';
import { SETTINGS_AT, settingsFaultsOf } from '#libs/contracts/provider-settings';
import { simulatedSettingsSchema } from '#libs/contracts/simulated-settings';

export type Settings = Readonly<Record<string, unknown>>;

/** A setting that a person may change. `path`: its name, below `pace` for the pace. */
export interface SettingField {
  readonly path: SettingPath;
  readonly kind: 'count' | 'text' | 'choice';
  readonly choices?: readonly string[];
  /** Count: 0 to 1 in small steps. */
  readonly share?: true;
}

const PACE = ['pace.gapMsMin', 'pace.gapMsMax', 'pace.perMinuteMax'] as const;
const SIMULATED = [
  'scan',
  'phone',
  'launchMs',
  'autoScanMs',
  'qrLifetimeMs',
  'readyMs',
  'ackMs',
  'deliveryMs',
  'readMs',
  'closeMs',
  'jitter',
] as const;
export type SettingPath = (typeof PACE)[number] | (typeof SIMULATED)[number];

/** What the schemas of a provider's settings have; nothing else is offered. */
export function fieldsOf(provider: Provider): readonly SettingField[] {
  const pace = PACE.map((path) => ({ path, kind: 'count' }) as const);
  return provider === 'simulated' ? [...pace, ...SIMULATED.map(simulatedField)] : pace;
}

function simulatedField(path: (typeof SIMULATED)[number]): SettingField {
  if (path === 'scan') return { path, kind: 'choice', choices: ['auto', 'manual'] };
  if (path === 'phone') return { path, kind: 'text' };
  return { path, kind: 'count', ...(path === 'jitter' ? { share: true } : {}) };
}

/** What is set, as it is typed; empty: not set, so that the default holds. */
export function typedOf(settings: Settings, fields: readonly SettingField[]): Readonly<Record<string, string>> {
  return Object.fromEntries(fields.map(({ path }) => [path, textOf(valueAt(settings, path))]));
}

/** What holds while nothing is set; null: the node says, or nothing does. */
export function defaultOf(path: SettingPath): string | null {
  const text = textOf((simulatedSettingsSchema.parse({}) as Settings)[path]);
  return path.startsWith('pace.') || text === '' ? null : text;
}

/** The settings with what was typed. What a form does not know is left as it is. */
export function withTyped(
  settings: Settings,
  fields: readonly SettingField[],
  typed: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const next: Record<string, unknown> = { ...settings };
  const pace: Record<string, unknown> = { ...(settings['pace'] as Settings | undefined) };
  for (const { path, kind } of fields) {
    const [target, name] = path.startsWith('pace.') ? [pace, path.slice('pace.'.length)] : [next, path];
    const text = (typed[path] ?? '').trim();
    if (text === '') delete target[name];
    else target[name] = kind === 'count' ? Number(text) : text;
  }
  if (Object.keys(pace).length > 0) next['pace'] = pace;
  else delete next['pace'];
  return next;
}

/** Which fields the API would refuse: found before they are sent. */
export function faultsOf(settings: Settings, provider: Provider): ReadonlySet<string> {
  const pace = paceSettingsSchema.safeParse(settings['pace'] ?? {}).error?.issues ?? [];
  return new Set([
    ...pace.map(({ path }) => ['pace', ...path].join('.')),
    ...pathsOf(settingsFaultsOf(provider, settings)),
  ]);
}

/** Which fields the API did refuse: it may be newer than this page. */
export function faultsToldBy(error: unknown): ReadonlySet<string> {
  return new Set(error instanceof MusterApiError ? pathsOf(error.problem.errors ?? []) : []);
}

const pathsOf = (faults: readonly Fault[]): readonly string[] =>
  faults.flatMap(({ path }) => (path.startsWith(`${SETTINGS_AT}.`) ? [path.slice(SETTINGS_AT.length + 1)] : []));

function valueAt(settings: Settings, path: string): unknown {
  return path.startsWith('pace.')
    ? (settings['pace'] as Settings | undefined)?.[path.slice('pace.'.length)]
    : settings[path];
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
