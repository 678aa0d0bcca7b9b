import { expect, it } from 'vitest';
import { createPlaces } from './places.js';

const never = new AbortController().signal;

it('gives so many places, and the next in the order of asking', async () => {
  const places = createPlaces(2, 2);
  const first = await places.take(never);
  await places.take(never);
  const order: number[] = [];
  const third = places.take(never).then(() => order.push(3));
  const fourth = places.take(never).then((leave) => (order.push(4), leave));
  expect(await places.take(never)).toBeNull();
  first?.();
  first?.(); // leaving twice gives nothing away
  await third;
  expect(order).toEqual([3]);
  const fifth = new AbortController();
  const gaveUp = places.take(fifth.signal);
  fifth.abort();
  expect(await gaveUp).toBeNull();
  void fourth;
});
