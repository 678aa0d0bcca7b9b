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

/** By its code, with what Muster adds in its own English; what it says of each field is told in the language of the page. */
export function TroubleText({ error }: { readonly error: unknown }) {
  const { words, language } = useWords();
  if (!(error instanceof MusterApiError)) return <p>{words.trouble.offline}</p>;
  const { code, detail, errors = [], reference } = error.problem;
  const said = isProblemCode(code) ? words.problems[code] : undefined;
  const isUsual = isProblemCode(code) && PROBLEMS[code] === detail;
  const tellsMore = !said || !(isUsual || errors.length > 0);
  const isEnglish = language === 'en';
  return (
    <>
      {said && !(isEnglish && tellsMore) && <p>{said}</p>}
      {tellsMore && <p lang="en">{detail}</p>}
      {errors.map(({ path, message }) => (
        <p key={path}>
          {path && <code>{path.replace(/^body\./, '')}</code>} {isEnglish ? message : words.settings.wrong}
        </p>
      ))}
      {reference && <code>{reference}</code>}
    </>
  );
}

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);
