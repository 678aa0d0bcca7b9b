import { ACCOUNT_STATUSES, type AccountStatus, type AccountView, type Provider } from '#libs/contracts/account';

export interface FleetFilter {
  readonly status: AccountStatus | null;
  readonly provider: Provider | null;
  readonly text: string;
}
export const NO_FILTER: FleetFilter = { status: null, provider: null, text: '' };

export type StatusCounts = Readonly<Record<AccountStatus, number>>;

/** Fewer are found in many an id by chance. */
const ID_CHARS_MIN = 8;

/** All words of the text must be found, in label, phone or (a good part of it) id, in any order. */
export function filterAccounts(accounts: readonly AccountView[], filter: FleetFilter): readonly AccountView[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return accounts.filter(
    (account) =>
      (filter.status === null || account.status === filter.status) &&
      (filter.provider === null || account.provider === filter.provider) &&
      hasWords(account, words),
  );
}

function hasWords({ label, phone, id }: AccountView, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = `${label} ${phone ?? ''}`.toLowerCase();
  return words.every((word) => text.includes(word) || (word.length >= ID_CHARS_MIN && id.includes(word)));
}

/** Of those that the rest of the filter lets through, so that the numbers say what a click would show. */
export function countByStatus(accounts: readonly AccountView[], filter: FleetFilter = NO_FILTER): StatusCounts {
  const counts = Object.fromEntries(ACCOUNT_STATUSES.map((status) => [status, 0])) as Record<AccountStatus, number>;
  for (const { status } of filterAccounts(accounts, { ...filter, status: null })) counts[status] += 1;
  return counts;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** As people look for them: by label, `shop 2` before `shop 10`. */
export function sortAccounts(accounts: Iterable<AccountView>): readonly AccountView[] {
  return [...accounts].sort((a, b) => collator.compare(a.label, b.label) || (a.id < b.id ? -1 : 1));
}
