import { MusterApiError } from '#libs/client/api-error';
import { Notice } from './notice.js';
import { useWords } from './shell.js';

/** What went wrong with something a person asked for: in Muster's own words where it answered. */
export function Trouble({ error, dismiss }: { readonly error: unknown; readonly dismiss: () => void }) {
  const { words } = useWords();
  const answered = error instanceof MusterApiError;
  const faults = answered ? (error.problem.errors ?? []) : [];
  const close = (
    <button type="button" className="button quiet" onClick={dismiss}>
      {words.trouble.dismiss}
    </button>
  );
  return (
    <div className="toast">
      <Notice tone="bad" title={words.trouble.title} action={close}>
        <p lang={answered ? 'en' : undefined}>{answered ? error.problem.detail : words.trouble.offline}</p>
        {faults.map(({ path, message }) => (
          <p key={path} lang="en">
            <code>{path}</code> {message}
          </p>
        ))}
      </Notice>
    </div>
  );
}
