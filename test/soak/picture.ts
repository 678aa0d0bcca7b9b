import { minutesOf } from './axis.js';
import { floorsOf } from './floors.js';
import { PANEL, drawPanel } from './panel.js';
import { rounded, type SoakReport } from './report.js';
import { textAt } from './svg-text.js';

const COLUMNS = 3;
const EDGE = 24;
const HEAD = 96;
const LEGEND_LINE = 18;
const LEGEND_COLUMNS = 3;
/** More are in soak.json. */
const FAULTS_TOLD_MAX = 90;

/** One panel for each line, all over the same time, faults marked and numbered; below it what the numbers mean. */
export function drawSoak(report: SoakReport): string {
  const { lines, run, warmUpMs } = report;
  const rows = Math.ceil(lines.length / COLUMNS);
  const width = COLUMNS * PANEL.width + 2 * EDGE;
  const legendTop = HEAD + rows * PANEL.height + EDGE;
  const legendRows = Math.ceil(Math.min(run.faults.length, FAULTS_TOLD_MAX) / LEGEND_COLUMNS) + 1;
  const height = legendTop + legendRows * LEGEND_LINE + EDGE;
  const panels = lines.map((judged, n) => {
    const [x, y] = [EDGE + (n % COLUMNS) * PANEL.width, HEAD + Math.floor(n / COLUMNS) * PANEL.height];
    const floors = floorsOf(judged.readings, warmUpMs);
    const panel = drawPanel(judged, { tookMs: run.tookMs, warmUpMs, floors, faults: run.faults });
    return `<g transform="translate(${x} ${y})">${panel}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...head(report),
    ...panels,
    ...legend(report, legendTop, width),
    '</svg>\n',
  ].join('\n');
}

function head({ options, run, ok }: SoakReport): readonly string[] {
  const { in: received, out } = run.messages;
  const sum = [
    `${options.accounts} ${options.provider} accounts, ${(run.tookMs / 60_000).toFixed(1)} minutes, seed ${options.seed}`,
    `${run.faults.length} faults`,
    `${out} messages out, ${received} in`,
    run.violations.length === 0 ? 'nothing stuck, lost, doubled or left behind' : `${run.violations.length} violations`,
  ].join(' · ');
  const how =
    'Grey: every reading. Blue dots: the least of each stretch while nothing is broken. Orange: its slope (Theil–Sen, with its 99 % interval). ' +
    'Shaded: warm-up, not judged. Dashed, numbered: faults.';
  return [
    textAt(EDGE, 34, ok ? 'Soak: held' : 'Soak: failed', {
      size: 22,
      weight: 'bold',
      fill: ok ? '#1a7f37' : '#b3261e',
    }),
    textAt(EDGE, 58, sum, { size: 14 }),
    textAt(EDGE, 80, how, { size: 12, fill: '#57606a' }),
  ];
}

function legend({ run }: SoakReport, top: number, width: number): readonly string[] {
  const told = run.faults.slice(0, FAULTS_TOLD_MAX);
  const perColumn = Math.ceil(told.length / LEGEND_COLUMNS);
  const columnWidth = (width - 2 * EDGE) / LEGEND_COLUMNS;
  const entries = told.map(({ name, who, atMs, healedMs }, n) => {
    const [x, y] = [EDGE + Math.floor(n / perColumn) * columnWidth, top + ((n % perColumn) + 1) * LEGEND_LINE];
    const end = healedMs === null ? 'NEVER WELL AGAIN' : `well after ${rounded(healedMs / 1_000)} s`;
    return textAt(x, y, `${n + 1}  ${minutesOf(atMs)}  ${name} (${who}): ${end}`, { size: 12 });
  });
  const more = run.faults.length - told.length;
  return [
    textAt(EDGE, top, more > 0 ? `Faults (${more} more in soak.json)` : 'Faults', { size: 13, weight: 'bold' }),
    ...entries,
  ];
}
