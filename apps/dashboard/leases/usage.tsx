import { useCallback } from 'react';
import type { RateLimitStatus } from '#libs/contracts/account-manager/rate-limit';
import { formatNumber } from '../parts/figures.js';
import { usePolled } from '../parts/polled.js';
import { Loading } from '../parts/loading.js';
import { useNow, useShell, useWords } from '../parts/shell.js';
import { formatMoment } from '../parts/time.js';
import { TroubleText } from '../parts/trouble.js';
import { Meter } from './meter.js';
import { nameOf } from './names.js';

const LOOK_EVERY_MS = 2_000;
/** Of an account that has been in hundreds, those with most use say enough. */
const CHANNELS_MAX = 12;

/** What an account has used of its limits: today, and in each channel. */
export function Usage({ accountId }: { readonly accountId: string }) {
  const { muster } = useShell();
  const ask = useCallback(() => muster.leases.status(accountId), [muster, accountId]);
  const { value, error } = usePolled(ask, LOOK_EVERY_MS);
  if (value === null && error === null) return <Loading lines={2} />;
  if (value === null)
    return (
      <div className="wrong" role="alert">
        <TroubleText error={error} />
      </div>
    );
  return (
    <div className="leases-usage">
      <Today status={value} />
      <Channels status={value} />
    </div>
  );
}

function Today({ status: { daily, day_ends_at: endsAt, time_zone: zone } }: { readonly status: RateLimitStatus }) {
  const { words, language } = useWords();
  const now = useNow(60_000);
  const { today, held, dayEnds } = words.leases.usage;
  return (
    <section>
      <h3>{today}</h3>
      <div className="leases-meters">
        {Object.entries(daily).map(([action, count]) => (
          <Meter
            key={action}
            name={nameOf(words.leases.actions, action)}
            used={count.used}
            limit={count.limit}
            more={count.held > 0 ? held(formatNumber(count.held, language)) : null}
          />
        ))}
      </div>
      <p className="secondary">{dayEnds(formatMoment(endsAt, now, language), zone)}</p>
    </section>
  );
}

function Channels({ status: { per_channel_limits: channels } }: { readonly status: RateLimitStatus }) {
  const { words, language } = useWords();
  const { byChannel, none, some, inAll } = words.leases.usage;
  const number = (count: number): string => formatNumber(count, language);
  const sorted = Object.entries(channels).sort(
    ([, one], [, other]) => other.used_today - one.used_today || other.total - one.total,
  );
  return (
    <section>
      <h3>{byChannel}</h3>
      {sorted.length === 0 && <p className="secondary">{none}</p>}
      <div className="leases-meters">
        {sorted
          .slice(0, CHANNELS_MAX)
          .flatMap(([channel, { by_action: actions }]) =>
            Object.entries(actions).map(
              ([action, { per_channel: here, per_channel_total: ever }]) =>
                here && (
                  <Meter
                    key={`${channel} ${action}`}
                    name={`${channel} · ${nameOf(words.leases.actions, action)}`}
                    used={here.used}
                    limit={here.limit}
                    more={ever && inAll(number(ever.used), number(ever.limit))}
                  />
                ),
            ),
          )}
      </div>
      {sorted.length > CHANNELS_MAX && <p className="secondary">{some(number(CHANNELS_MAX))}</p>}
    </section>
  );
}
