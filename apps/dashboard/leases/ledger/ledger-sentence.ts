import type { LedgerLine } from '#libs/contracts/account-manager/ledger';
import type { Words } from '../../words/en.js';
import { nameOf } from '../names.js';

type Said = Readonly<Record<string, (service: string, account: string) => string>>;

/** What a line says, as a person would. A decision that is younger than this page is told in its own words. */
export function sentenceOf(line: LedgerLine, account: string, { ledger }: Words['leases']): string {
  const { what, decision, service_name: service } = line;
  const said: Said = ledger.says[what];
  const say = Object.hasOwn(said, decision) ? said[decision] : undefined;
  return say?.(service ?? ledger.someone, account || ledger.noAccount) ?? `${ledger.about[what]}: ${decision}`;
}

/** What was done or wanted, where, and why it was decided so: what stands behind the sentence. */
export function circumstancesOf(line: LedgerLine, { actions, causes }: Words['leases']): readonly string[] {
  const { why, details } = line;
  const context = objectIn(details, 'context');
  const action = textIn(details, 'action') ?? textIn(context, 'action_type');
  const channel = textIn(details, 'channel') ?? textIn(context, 'target_channel_id');
  const told: readonly (string | null)[] = [
    textIn(details, 'purpose'),
    action === null ? null : nameOf(actions, action).toLowerCase(),
    channel,
    why === null ? null : nameOf(causes, why),
    textIn(details, 'error_message'),
  ];
  return told.filter((one): one is string => one !== null && one !== '');
}

type Details = Readonly<Record<string, unknown>> | null;

function textIn(details: Details, name: string): string | null {
  const value = details?.[name];
  return typeof value === 'string' ? value : null;
}

function objectIn(details: Details, name: string): Details {
  const value = details?.[name];
  return typeof value === 'object' && value !== null ? (value as Details) : null;
}
