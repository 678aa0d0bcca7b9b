import type { LiveLease } from '#libs/contracts/account-manager/lease';
import { formatNumber } from '../parts/figures.js';
import { Empty } from '../parts/notice.js';
import { useWords } from '../parts/shell.js';
import { AccountRow } from './account-row.js';
import { TimeLeft } from './time-left.js';

/** Less than this is left: whoever needs longer has to say so now. */
const SHORT_MS = 60_000;

export interface LiveLeasesProps {
  readonly leases: readonly LiveLease[];
  readonly isPart: boolean;
  /** When they were told. */
  readonly atMs: number;
}

/** Who has which account, and for how long; the first to end is the first told. */
export function LiveLeases({ leases, isPart, atMs }: LiveLeasesProps) {
  const { words, language } = useWords();
  const told = words.leases.live;
  return (
    <section className="card sheet" aria-labelledby="leases-live-title">
      <h2 id="leases-live-title">{told.title}</h2>
      {leases.length === 0 ? (
        <Empty title={told.none}>
          <p>{told.noneHint}</p>
        </Empty>
      ) : (
        <table className="sheet-table sheet-stacked leases-table" aria-labelledby="leases-live-title">
          <thead>
            <tr>
              {[words.leases.account, told.holder, told.purpose, told.channel].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              <th scope="col" className="number">
                {told.left}
              </th>
            </tr>
          </thead>
          <tbody>
            {leases.map((lease) => (
              <Row key={lease.lease_id} lease={lease} atMs={atMs} />
            ))}
          </tbody>
        </table>
      )}
      {isPart && <p className="secondary leases-note">{told.some(formatNumber(leases.length, language))}</p>}
    </section>
  );
}

function Row({ lease, atMs }: { readonly lease: LiveLease; readonly atMs: number }) {
  const { words } = useWords();
  const told = words.leases.live;
  const { account_id: id, service_name: service, user_id: tenant, purpose, target_channel_id: channel } = lease;
  return (
    <AccountRow accountId={id} columns={5}>
      <td data-label={told.holder}>
        <span className="leases-name">{service}</span> <span className="secondary">{told.tenant(tenant)}</span>
      </td>
      <td data-label={told.purpose}>{purpose}</td>
      <td data-label={told.channel}>
        {channel === null ? <span className="nothing">{told.anyChannel}</span> : <code>{channel}</code>}
      </td>
      <td className="number" data-label={told.left}>
        <TimeLeft endsAtMs={atMs + lease.remaining_ms} until={lease.expires_at} over={told.over} shortMs={SHORT_MS} />
      </td>
    </AccountRow>
  );
}
