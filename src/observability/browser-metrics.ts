import { Counter, Gauge, type Registry } from 'prom-client';
import { BROWSER_SERIES_MAX } from '#libs/contracts/limits/machines';
import { type BrowserFigures, browsersBytes, type BrowserLook, type ProcessCost } from './browser-figures.js';

/**
 * What browsers and engine hosts cost, as of the last look. An account with a browser has a series of its own, which is how
 * the one that grows is found; at most BROWSER_SERIES_MAX, the largest. The sums count all.
 */
export function addBrowserMetrics(registry: Registry, figures: BrowserFigures): void {
  eachOf(registry, 'muster_browser', 'account', 'of an account’s browser', () => largest(figures.last));
  eachOf(registry, 'muster_engine_host', 'pid', 'of an engine host itself', () => [...(figures.last?.hosts ?? [])]);
  sumOf(registry, 'muster_browsers', 'browsers that are open', ({ browsers }) => browsers.size);
  sumOf(registry, 'muster_browsers_memory_bytes', 'memory (PSS) of all browsers', browsersBytes);
  const cpu = new Counter({
    name: 'muster_browsers_cpu_seconds_total',
    help: 'CPU of all browsers, ended ones included',
    registers: [registry],
    collect() {
      cpu.reset();
      cpu.inc(figures.last?.browsersCpuSeconds ?? 0);
    },
  });

  function sumOf(into: Registry, name: string, help: string, count: (look: BrowserLook) => number): void {
    const gauge = new Gauge({
      name,
      help,
      registers: [into],
      collect() {
        gauge.set(figures.last ? count(figures.last) : 0);
      },
    });
  }
}

function eachOf<Label extends string>(
  registry: Registry,
  name: string,
  label: Label,
  help: string,
  costs: () => readonly (readonly [string | number, ProcessCost])[],
): void {
  const labels = (of: string | number) => ({ [label]: String(of) }) as Record<Label, string>;
  const memory = new Gauge({
    name: `${name}_memory_bytes`,
    help: `memory (PSS) ${help}`,
    labelNames: [label],
    registers: [registry],
    collect() {
      memory.reset();
      for (const [of, { memoryBytes }] of costs()) memory.set(labels(of), memoryBytes);
    },
  });
  const cpu = new Counter({
    name: `${name}_cpu_seconds_total`,
    help: `CPU ${help}`,
    labelNames: [label],
    registers: [registry],
    collect() {
      cpu.reset();
      for (const [of, { cpuSeconds }] of costs()) cpu.inc(labels(of), cpuSeconds);
    },
  });
}

function largest(look: BrowserLook | null): readonly (readonly [string, ProcessCost])[] {
  const all = [...(look?.browsers ?? [])];
  if (all.length <= BROWSER_SERIES_MAX) return all;
  return all.sort(([, a], [, b]) => b.memoryBytes - a.memoryBytes).slice(0, BROWSER_SERIES_MAX);
}
