import type { ConfigurationValue } from '#libs/contracts/configuration';

/** What of a value may be shown to whoever may call the API, and how many parts of it are left out. */
export interface Shown {
  readonly value: ConfigurationValue;
  readonly hidden: number;
}

export const asItIs = (value: ConfigurationValue): Shown => ({ value, hidden: 0 });

/** Only how many there are. */
export const onlyCount = (secrets: readonly string[]): Shown => ({ value: [], hidden: secrets.length });

export const onlyWhetherSet = (secret: string | null): Shown => ({ value: null, hidden: secret === null ? 0 : 1 });

/**
 * Which server and which database, without who logs in there; settings behind a `?` may hold a password, too. Where the
 * parts of a URL stand elsewhere than expected (a password with an unescaped `/`, no `//`), only its kind is told.
 */
export function withoutLogin(url: string | null): Shown {
  if (url === null) return asItIs(null);
  const { protocol, host, pathname, username, password, search, hash } = new URL(url);
  if (!PLAIN_PATH.test(pathname)) return { value: `${protocol}…`, hidden: 1 };
  return {
    value: `${protocol}//${host}${pathname}`,
    hidden: [username, password, search, hash].filter((part) => part !== '').length,
  };
}

const PLAIN_PATH = /^(\/[\w.-]*)?$/;

/** Which flags, without what they are set to: a proxy's address has its login in it. */
export function withoutFlagValues(flags: readonly string[]): Shown {
  const shown = flags.map((flag) => {
    const [, name, value] = /^(--?[a-zA-Z][\w-]*)(=[^]*)?$/.exec(flag) ?? [];
    if (name === undefined) return '…';
    return value === undefined ? name : `${name}=…`;
  });
  return { value: shown, hidden: shown.filter((flag) => flag.endsWith('…')).length };
}
