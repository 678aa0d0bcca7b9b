import { useCallback, useState } from 'react';
import type { Page } from '#libs/contracts/page';
import type { DeliveryView } from '#libs/contracts/webhook';
import { usePolled } from '../../parts/polled.js';

const LOOK_EVERY_MS = 3_000;

export interface DeliveryPages {
  /** Null: not read yet. */
  readonly deliveries: readonly DeliveryView[] | null;
  /** There are older ones. */
  readonly more: boolean;
  readonly showMore: () => void;
  readonly again: () => void;
}

/** The largest page there is. */
const ITEMS_MAX = 500;
/** What is looked at first; a thousand dead letters are no reading. */
const ITEMS_FIRST = 20;

/** The newest, read again every so often: so many as were asked for, from the beginning, since each of them changes. */
export function useDeliveries(list: (limit: number) => Promise<Page<DeliveryView>>): DeliveryPages {
  const [limit, setLimit] = useState(ITEMS_FIRST);
  const ask = useCallback(() => list(limit), [list, limit]);
  const { value, again } = usePolled(ask, LOOK_EVERY_MS);
  return {
    deliveries: value?.items ?? null,
    more: value !== null && value.nextCursor !== null && limit < ITEMS_MAX,
    showMore: () => setLimit(Math.min(ITEMS_MAX, limit * 3)),
    again,
  };
}
