import { SHUTDOWN_DEADLINE_MS } from '#libs/contracts/limits/sessions';
import type { Evidence } from './evidence.js';
import type { RoundResult } from './round.js';
import type { RuntimeEnd } from './service.js';
import { type Violation, violation } from './violation.js';

/** Its deadline, and the watchdog behind it. */
const STOPPED_MS_MAX = SHUTDOWN_DEADLINE_MS + 5_000;

/** The runtime ends when it was sent a signal, and as that signal says; and it starts. */
export function judgeRuntime({ ends, rounds }: Evidence): readonly Violation[] {
  return ends.flatMap((end, i) => {
    const fault = faultOf(end, isDisturbed(end, rounds));
    return fault === null ? [] : [violation('runtime', `life ${i + 1}, pid ${end.pid}: ${fault}; ${end.lastWords}`)];
  });
}

function faultOf({ code, signal, sent, stoppingMs, hadStarted }: RuntimeEnd, disturbed: boolean): string | null {
  const how = `ended with ${signal ?? code}`;
  if (signal !== null && sent.includes(signal)) return null;
  if (sent.includes('SIGTERM')) {
    if (stoppingMs! > STOPPED_MS_MAX) return `its stop took ${Math.round(stoppingMs!)} ms`;
    return code === 0 || disturbed ? null : `asked to stop, it ${how}`;
  }
  if (!hadStarted && signal === null && disturbed) return null;
  return hadStarted ? `${how} by itself` : `did not start, ${how}`;
}

/** Its database or its disk was taken from it meanwhile, or it was itself struck a second time. */
function isDisturbed({ at }: RuntimeEnd, rounds: readonly RoundResult[]): boolean {
  const round = rounds.findLast((each) => each.at <= at);
  const struck = round?.strikes.map(({ kind }) => kind.split(' ', 1)[0]!) ?? [];
  const times = struck.filter((target) => target === 'runtime').length;
  return (
    round?.trouble === 'disk full' ||
    times > 1 ||
    struck.some((target) => target === 'Postgres' || target === 'backend')
  );
}
