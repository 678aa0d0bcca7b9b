import type { AllocationRequest } from '#libs/contracts/account-manager/allocation-request';
import { formatNumber } from '../parts/figures.js';
import { Empty } from '../parts/notice.js';
import { useNow, useWords } from '../parts/shell.js';
import { formatDuration } from '../parts/time.js';

/** Who waits for an account, in the order of their turns. */
export function Waiting({ requests }: { readonly requests: readonly AllocationRequest[] }) {
  const { words } = useWords();
  const told = words.leases.waiting;
  return (
    <section className="card sheet" aria-labelledby="leases-waiting-title">
      <div className="sheet-head">
        <h2 id="leases-waiting-title">{told.title}</h2>
      </div>
      {requests.length === 0 ? (
        <Empty title={told.none}>
          <p>{told.noneHint}</p>
        </Empty>
      ) : (
        <table className="sheet-table leases-table" aria-labelledby="leases-waiting-title">
          <thead>
            <tr>
              <th scope="col" className="number">
                {told.turn}
              </th>
              <th scope="col">{told.service}</th>
              {[told.priority, told.since, told.until].map((name) => (
                <th key={name} scope="col" className="number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {requests.map((request) => (
              <Row key={request.id} request={request} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Row({ request }: { readonly request: AllocationRequest }) {
  const { words, language } = useWords();
  const now = useNow();
  const { position, service_name: service, user_id: tenant, purpose, priority, since, wait_until: until } = request;
  return (
    <tr data-request={request.id}>
      <td className="number">{formatNumber(position, language)}</td>
      <th scope="row">
        <span className="leases-name">{service}</span>{' '}
        <span className="secondary">
          {purpose} · {words.leases.live.tenant(tenant)}
        </span>
      </th>
      <td className="number">{formatNumber(priority, language)}</td>
      <td className="number">
        <time dateTime={since}>{formatDuration(now - Date.parse(since), language)}</time>
      </td>
      <td className="number">
        <time dateTime={until}>{formatDuration(Date.parse(until) - now, language)}</time>
      </td>
    </tr>
  );
}
