import { SCORE_HALF_LIFE_MS, SCORE_LEASE_WEIGHT } from '#libs/contracts/limits/leasing';

/**
 * Of a slot `s`: half of what is missing comes back in each half-life. As float8: for numbers of any length the same takes
 * ten times as long.
 */
export const DECAYED_SCORE = `(1 - (1 - s.score) * power(2::float8,
    -greatest(0, extract(epoch FROM clock_timestamp() - s.score_at)::float8 * 1000 / ${SCORE_HALF_LIFE_MS})))`;

/**
 * What the end of a lease says of its account: columns of a slot `s` to set. How well it went, from 0 to 1, is what its
 * holder says of it in `usage`, SQL, as `success`; else the part of what was recorded under it that succeeded, which is not
 * read otherwise; else nobody knows, and nothing changes. What went well ends a row of faults, unless that was before the
 * last of them.
 */
export const scoredBy = (usage: string): string => `(score, score_at, faults) = (
    SELECT CASE WHEN went.well IS NULL THEN s.score
        ELSE ${DECAYED_SCORE} + ${SCORE_LEASE_WEIGHT} * (went.well - ${DECAYED_SCORE}) END,
      CASE WHEN went.well IS NULL THEN s.score_at ELSE clock_timestamp() END,
      CASE WHEN went.is_well THEN 0 ELSE s.faults END
    FROM (
      SELECT coalesce(CASE ${usage} ->> 'success' WHEN 'true' THEN 1 WHEN 'false' THEN 0 END, avg(h.success::integer))::float8 AS well,
        ${usage} ->> 'success' = 'true' OR bool_or(h.success AND h.settled_at > s.score_at) AS is_well
      FROM usage_hold h
      WHERE coalesce(${usage} ->> 'success', '') NOT IN ('true', 'false')
        AND h.account_id = s.account_id AND h.lease_id = s.lease_id AND h.held_at >= s.leased_at - interval '1 second'
    ) went
  )`;
