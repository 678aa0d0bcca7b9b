/** What a benchmark reads of a runtime's /metrics: cheap for the runtime, whatever the number of accounts. */
export interface Scrape {
  /** By `performance.now()`, when the answer was there. */
  readonly atMs: number;
  readonly connected: number;
  /** Committed since the process started. */
  readonly transitions: number;
  /** Entries and commits since the process started. */
  readonly entries: number;
  readonly commits: number;
  readonly commitSeconds: number;
  /** Of the process, since it started. */
  readonly cpuSeconds: number;
}

export async function scrape(url: string): Promise<Scrape> {
  const answer = await fetch(`${url}/metrics`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`/metrics answered ${answer.status}: ${text}`);
  const samples = [...text.matchAll(/^(\w+)(?:\{([^}]*)\})? (\S+)$/gm)].map(([, name, labels, value]) => ({
    name: name!,
    labels: labels ?? '',
    value: Number(value),
  }));
  const sum = (name: string, label = ''): number =>
    samples
      .filter((it) => it.name === name && it.labels.includes(label))
      .reduce((total, { value }) => total + value, 0);
  return {
    atMs: performance.now(),
    connected: sum('muster_accounts', 'status="CONNECTED"'),
    transitions: sum('muster_account_transitions_total'),
    entries: sum('muster_commit_entries_sum'),
    commits: sum('muster_commit_entries_count'),
    commitSeconds: sum('muster_commit_seconds_sum'),
    cpuSeconds: sum('process_cpu_seconds_total'),
  };
}
