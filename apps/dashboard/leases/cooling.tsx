import type { Recovery } from '#libs/contracts/account-manager/account-health';
import { formatNumber } from '../parts/figures.js';
import { Empty } from '../parts/notice.js';
import { useWords } from '../parts/shell.js';
import { AccountRow } from './account-row.js';
import { nameOf } from './names.js';
import { TimeLeft } from './time-left.js';

export interface CoolingProps {
  readonly recovery: Recovery;
  /** When it was told. */
  readonly atMs: number;
}

/** Accounts that rest: why, and until when. The first to be back is the first told. */
export function Cooling({ recovery, atMs }: CoolingProps) {
  const { words, language } = useWords();
  const told = words.leases.cooling;
  const { cooling, recovered_today: recovered } = recovery;
  return (
    <section className="card sheet" aria-labelledby="leases-cooling-title">
      <div className="sheet-head">
        <h2 id="leases-cooling-title">{told.title}</h2>
        {recovered.count > 0 && <p className="secondary">{told.recovered(formatNumber(recovered.count, language))}</p>}
      </div>
      {cooling.length === 0 ? (
        <Empty title={told.none}>
          <p>{told.noneHint}</p>
        </Empty>
      ) : (
        <table className="sheet-table leases-table" aria-labelledby="leases-cooling-title">
          <thead>
            <tr>
              <th scope="col">{words.leases.account}</th>
              <th scope="col">{told.cause}</th>
              <th scope="col" className="number">
                {told.left}
              </th>
            </tr>
          </thead>
          <tbody>
            {cooling.map(({ account_id: id, cause, until, remaining_ms: leftMs }) => (
              <AccountRow key={id} accountId={id} columns={3}>
                <td>{nameOf(words.leases.causes, cause)}</td>
                <td className="number">
                  <TimeLeft endsAtMs={atMs + leftMs} until={until} over={told.back} />
                </td>
              </AccountRow>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
