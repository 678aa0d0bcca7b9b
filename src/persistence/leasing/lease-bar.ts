import { type LeaseBar } from '#libs/contracts/account-manager/fence';

/**
 * SQL: why nothing may be sent under this lease to this chat now; null when nothing bars it. `slot` is a row of account_slot
 * whose lease lives. A channel’s or target’s name is that which its service gave: as it is written in the message, or as the
 * provider’s chat, with or without its server and its plus.
 */
export function leaseBarOf(slot: string, recipient: string, chatId: string): string {
  const name = `split_part(${chatId}, '@', 1)`;
  const names = `(${recipient}, ${chatId}, ${name}, '+' || ${name})`;
  return `CASE
    WHEN ${slot}.cooling_until > clock_timestamp() THEN ${bar('account_cooling')}
    WHEN EXISTS (SELECT FROM channel_stop t
      WHERE t.user_id = ${slot}.user_id AND t.purpose = ${slot}.purpose AND t.channel IN ${names}) THEN ${bar('channel_stopped')}
    WHEN EXISTS (SELECT FROM target_refusal t WHERE t.user_id = ${slot}.user_id AND t.target IN ${names}) THEN ${bar('target_refused')}
  END`;
}

const bar = (name: LeaseBar): string => `'${name}'`;
