import type { ReactNode } from 'react';
import { Loading } from '../../parts/loading.js';
import { useWords } from '../../parts/shell.js';
import { compare, type FieldPair } from '../difference.js';
import type { Context } from '../life.js';
import { ContextValue } from './context-value.js';

export type Comparison = 'alone' | 'before' | 'now';

export interface ContextCardProps {
  readonly context: Context | null;
  /** Null: nothing to compare with, or it is not read yet. */
  readonly other: { readonly context: Context; readonly state: string } | null;
  readonly state: string;
  readonly comparison: Comparison;
  readonly choices: readonly Comparison[];
  readonly compareWith: (comparison: Comparison) => void;
  readonly isReading: boolean;
  /** It remembered something then, which cannot be told. */
  readonly isUnknown: boolean;
}

/** What the account remembers in the state that is shown, alone or beside another moment. */
export function ContextCard(props: ContextCardProps) {
  const { context, other, comparison, choices, compareWith, isReading, isUnknown } = props;
  const { words } = useWords();
  const told = words.inspector.context;
  return (
    <section className="card standing-context" aria-labelledby="context-title">
      <header>
        <h2 id="context-title">{told.title}</h2>
        <fieldset className="standing-segments">
          <legend className="visually-hidden">{told.compareWith}</legend>
          {choices.map((choice) => (
            <label key={choice}>
              <input
                type="radio"
                name="comparison"
                checked={comparison === choice}
                onChange={() => compareWith(choice)}
              />
              <span>{told.comparisons[choice]}</span>
            </label>
          ))}
        </fieldset>
      </header>
      {isReading && <Loading lines={4} />}
      {!isReading && context === null && (
        <p className="standing-none secondary">{isUnknown ? told.unknown : told.none}</p>
      )}
      {!isReading && context !== null && comparison === 'alone' && <Alone context={context} />}
      {!isReading && context !== null && comparison !== 'alone' && other && (
        <Beside {...props} context={context} other={other} />
      )}
    </section>
  );
}

function Alone({ context }: { readonly context: Context }) {
  const { words } = useWords();
  return (
    <table className="standing-fields">
      <caption className="visually-hidden">{words.inspector.context.title}</caption>
      <tbody>
        {Object.entries(context).map(([name, value]) => (
          <Row key={name} name={name}>
            <td>
              <ContextValue value={value} />
            </td>
          </Row>
        ))}
      </tbody>
    </table>
  );
}

function Beside({
  context,
  other,
  state,
  comparison,
}: ContextCardProps & { context: Context; other: { context: Context; state: string } }) {
  const { words } = useWords();
  const told = words.inspector.context;
  // The earlier moment is always on the left.
  const [left, right] = comparison === 'before' ? [other, { context, state }] : [{ context, state }, other];
  const pairs = compare(left.context, right.context);
  const same = pairs.filter(({ differs }) => !differs);
  const [leftName, rightName] = comparison === 'before' ? [told.before, told.after] : [told.then, told.now];
  return (
    <>
      <table className="standing-fields standing-beside">
        <caption className="visually-hidden">{told.differences}</caption>
        <thead>
          <tr>
            <th scope="col">{told.field}</th>
            <th scope="col">{leftName}</th>
            <th scope="col">{rightName}</th>
          </tr>
        </thead>
        <tbody>
          {left.state !== right.state && (
            <Row name={told.state} plain>
              <td data-differs>
                <StateName state={left.state} />
              </td>
              <td data-differs>
                <StateName state={right.state} />
              </td>
            </Row>
          )}
          {pairs
            .filter(({ differs }) => differs)
            .map((pair) => (
              <Pair key={pair.name} pair={pair} />
            ))}
        </tbody>
      </table>
      <details className="standing-same">
        <summary>{told.same(same.length)}</summary>
        <table className="standing-fields">
          <tbody>
            {same.map(({ name, then }) => (
              <Row key={name} name={name}>
                <td>
                  <ContextValue value={then} />
                </td>
              </Row>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

/** Broken where the sub-state begins, if it must be. */
function StateName({ state }: { readonly state: string }) {
  const [status, sub] = state.split('.', 2);
  return (
    <code>
      {status}
      {sub && (
        <>
          .<wbr />
          {sub}
        </>
      )}
    </code>
  );
}

function Pair({ pair: { name, then, now } }: { readonly pair: FieldPair }) {
  return (
    <Row name={name}>
      <td data-differs>
        <ContextValue value={then} />
      </td>
      <td data-differs>
        <ContextValue value={now} />
      </td>
    </Row>
  );
}

function Row({
  name,
  plain = false,
  children,
}: {
  readonly name: string;
  readonly plain?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <tr data-field={plain ? 'state' : name}>
      <th scope="row">{plain ? name : <code>{name}</code>}</th>
      {children}
    </tr>
  );
}
