import type { UnfreeAccount, UnfreeReason } from '#libs/contracts/account-manager/lease';
import { ALLOCATE_REASONS_MAX } from '#libs/contracts/limits/leasing';
import { type Refusal, refused } from '#libs/contracts/refusals';
import { nextFreeAt, type Unfree, whyUnfree } from '#libs/leasing/unfree';
import type { SlotLook, WantedLease } from '#src/persistence/leasing/lease.repository';
import type { LeaseStore } from './lease-stores.js';

/**
 * Why there is none, account by account. Null: one is free after all, so that it was locked by somebody in the moment of
 * the try; with `final` that is told as the reason.
 */
export async function noAccountFree(leases: LeaseStore, wanted: WantedLease, final: boolean): Promise<Refusal | null> {
  const looks = await leases.look(ALLOCATE_REASONS_MAX, wanted);
  const unfree = looks.map((look) => ({ look, why: whyUnfree(standingOf(look, wanted)) }));
  if (!final && unfree.some(({ why }) => why === null)) return null;
  const accounts = unfree.map(({ look, why }) => told(look, why ?? { reason: 'busy', untilMs: null }));
  const next = nextFreeAt(unfree.flatMap(({ why }) => (why === null ? [] : [why])));
  return {
    ...refused('no_account_free'),
    more: { accounts, next_available_at: next === null ? null : new Date(next).toISOString() },
  };
}

const standingOf = (look: SlotLook, { providers, accountIds, without }: WantedLease) => ({
  status: look.status,
  leasedUntilMs: look.leasedUntil?.getTime() ?? null,
  coolingUntilMs: look.coolingUntil?.getTime() ?? null,
  disabled: look.disabled,
  loginDead: look.loginDead,
  isWanted: (providers?.includes(look.provider) ?? true) && (accountIds?.includes(look.accountId) ?? true),
  channelFull: without.includes(look.accountId),
});

const told = (look: SlotLook, { reason, untilMs }: Unfree): UnfreeAccount => ({
  account_id: look.accountId,
  reason,
  until: untilMs === null ? null : new Date(untilMs).toISOString(),
  detail: DETAILS[reason](look),
});

const DETAILS: Readonly<Record<UnfreeReason, (look: SlotLook) => string>> = {
  disabled: () => 'The provider has banned it.',
  login_dead: () => 'Its login is dead. Connect it anew.',
  not_connected: ({ status }) => `It is ${status}.`,
  cooling: ({ coolingCause }) => `It rests after ${coolingCause ?? 'an error'}.`,
  leased: ({ serviceName, offered }) => `It is ${offered ? 'being offered' : 'leased'} to ${serviceName}.`,
  not_required: () => 'It is not what was asked for.',
  channel_limit: () => 'It has done all it may in this channel.',
  busy: () => 'It was being given to others each time it was tried.',
};
