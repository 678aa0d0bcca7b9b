import type { ReasonCode } from '#libs/contracts/reasons';

/** Connected once, and now without a line; or with one, and nobody at its other end. */
export type AwayReason = Extract<ReasonCode, 'network_unreachable' | 'provider_timeout'>;

/** What a state of the page's socket (or the library's word at its end, `LOGOUT`) means to a session. */
export type SocketMeaning =
  | { readonly is: 'connected' }
  | { readonly is: 'pairing' }
  /** No login: a code is shown. After a login was accepted it means that the login is gone. */
  | { readonly is: 'unpaired' }
  /** The page has run out of codes, and waits to be asked for more. */
  | { readonly is: 'out_of_codes' }
  | { readonly is: 'away'; readonly reason: AwayReason; readonly detail: string }
  | { readonly is: 'broken'; readonly reason: ReasonCode; readonly detail: string };

const away = (detail: string, reason: AwayReason = 'network_unreachable'): SocketMeaning => {
  return { is: 'away', reason, detail };
};
const broken = (reason: ReasonCode, detail: string): SocketMeaning => ({ is: 'broken', reason, detail });

const MEANINGS: Readonly<Record<string, SocketMeaning>> = {
  CONNECTED: { is: 'connected' },
  PAIRING: { is: 'pairing' },
  UNPAIRED: { is: 'unpaired' },
  UNPAIRED_IDLE: { is: 'out_of_codes' },
  OPENING: away('the page opens its connection again'),
  UNLAUNCHED: away('the page has no connection'),
  TIMEOUT: away('the servers do not answer the page (TIMEOUT)', 'provider_timeout'),
  CONFLICT: broken('conflict', 'WhatsApp Web was opened elsewhere with this login'),
  PROXYBLOCK: broken('blocked', 'the servers refuse this address (PROXYBLOCK)'),
  TOS_BLOCK: broken('blocked', 'the account broke the terms of service (TOS_BLOCK)'),
  SMB_TOS_BLOCK: broken('blocked', 'the business account broke the terms of service (SMB_TOS_BLOCK)'),
  DEPRECATED_VERSION: broken('page_did_not_boot', 'the servers refuse this version of the page (DEPRECATED_VERSION)'),
  LOGOUT: broken('logged_out', 'the login was ended on the phone'),
};

export function meaningOf(state: string): SocketMeaning {
  return MEANINGS[state] ?? away(`the page is in the state ${state.slice(0, 50)}`);
}
