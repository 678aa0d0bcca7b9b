/** The value below which `share` (0 to 1) of the samples lie; nearest rank. Throws without samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('no samples to take a percentile of');
  return value;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);
