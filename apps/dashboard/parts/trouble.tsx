import { MusterApiError } from '#libs/client/api-error';
import { PROBLEMS, type ProblemCode } from '#libs/contracts/problem';
import { Notice } from './notice.js';
import { useWords } from './shell.js';

/** What went wrong with something a person asked for. */
export function Trouble({ error, dismiss }: { readonly error: unknown; readonly dismiss: () => void }) {
  const { words } = useWords();
  const close = (
    <button type="button" className="button quiet" onClick={dismiss}>
      {words.trouble.dismiss}
    </button>
  );
  return (
    <div className="toast">
      <Notice tone="bad" title={words.trouble.title} action={close}>
        <TroubleText error={error} />
      </Notice>
    </div>
  );
}

/** By its code in the language of the page; what Muster says beyond that, and what has no translation, in its own English. */
export function TroubleText({ error }: { readonly error: unknown }) {
  const { words, language } = useWords();
  if (!(error instanceof MusterApiError)) return <p>{words.trouble.offline}</p>;
  const { code, detail, errors = [], reference } = error.problem;
  const told = language === 'en' ? undefined : (words.problems as Readonly<Record<string, string>>)[code];
  const isUsual = PROBLEMS[code as ProblemCode] === detail;
  return (
    <>
      {told && <p>{told}</p>}
      {!(told && (isUsual || errors.length > 0)) && <p lang="en">{detail}</p>}
      {errors.map(({ path, message }) => (
        <p key={path} lang="en">
          {path && <code>{path.replace(/^body\./, '')}</code>} {message}
        </p>
      ))}
      {reference && <code>{reference}</code>}
    </>
  );
}
