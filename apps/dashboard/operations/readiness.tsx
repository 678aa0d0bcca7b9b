import type { CheckView } from '#libs/contracts/health';
import { useWords } from '../parts/shell.js';
import { formatMb, formatMs, formatNumber } from '../parts/figures.js';
import { Mark } from './mark.js';
import { heldIn, type Part, readinessOf, toneOf } from './readiness-tone.js';

export interface ReadinessCardProps {
  readonly check: CheckView | null;
  /** Why the last question had no answer; null: it had one. */
  readonly error: unknown;
}

/** May calls be sent here, and if not, which part is it. */
export function ReadinessCard({ check, error }: ReadinessCardProps) {
  const { words } = useWords();
  const told = words.operations.readiness;
  const readiness = readinessOf(check, error);
  return (
    <section className="card ops-ready" aria-labelledby="ops-ready-title" data-tone={readiness}>
      <div className="ops-ready-head">
        <h2 id="ops-ready-title" className="ops-quiet-title">
          {told.title}
        </h2>
        <p className="ops-verdict" role="status">
          <Mark tone={readiness} />
          {told.words[readiness]}
        </p>
        <p className="secondary">{told.hints[readiness]}</p>
      </div>
      <ul className="ops-parts">
        {Object.entries(check?.details ?? {}).map(([name, part]) => (
          <PartTile key={name} name={name} part={part} />
        ))}
      </ul>
    </section>
  );
}

function PartTile({ name, part }: { readonly name: string; readonly part: Part }) {
  const { words } = useWords();
  const told = words.operations.readiness;
  const tone = toneOf(part);
  const message = part['message'];
  return (
    <li className="ops-part" data-part={name}>
      <p className="ops-part-name">{told.parts[name] ?? name}</p>
      <p className="ops-part-state" data-tone={tone}>
        <Mark tone={tone} />
        {told.states[tone]}
      </p>
      <p className="secondary">
        <Fact part={part} />
      </p>
      {typeof message === 'string' && (
        <p className="secondary" lang="en">
          {message}
        </p>
      )}
    </li>
  );
}

/** What a part says of itself, as far as it is known here. */
function Fact({ part }: { readonly part: Part }) {
  const { words, language } = useWords();
  const told = words.operations.readiness;
  const { phase, delayMs, freeMb, freeMbMin, brakes } = part;
  if (typeof phase === 'string') return told.phases[phase as keyof typeof told.phases] ?? phase;
  if (typeof delayMs === 'number') return told.delay(formatMs(delayMs, language));
  if (typeof freeMb === 'number') {
    const free = formatMb(freeMb, language);
    return typeof freeMbMin === 'number' ? told.needed(free, formatMb(freeMbMin, language)) : told.free(free);
  }
  if (Array.isArray(brakes)) {
    const held = heldIn(part);
    if (held.length === 0) return told.noneHeld;
    return held.map((brake) => told.held(formatNumber(brake.held, language), brake.provider)).join('; ');
  }
  return part.status === 'up' ? told.answers : null;
}
