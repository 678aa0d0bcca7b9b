import { useState } from 'react';
import type { MusterApiError } from '#libs/client/api-error';
import { Notice } from '../parts/notice.js';
import { useWords } from '../parts/shell.js';
import type { Language } from '../words/language.js';
import { Choices } from './choices.js';

export interface KeyPageProps {
  readonly refusal: MusterApiError;
  /** A key was given, and it was not accepted. */
  readonly wasWrong: boolean;
  readonly open: (key: string) => void;
  readonly setLanguage: (language: Language) => void;
}

/** Muster refuses this caller: it wants a key, or it was called by a foreign name. */
export function KeyPage({ refusal, wasWrong, open, setLanguage }: KeyPageProps) {
  const { words } = useWords();
  const [key, setKey] = useState('');
  return (
    <main className="door">
      <Choices setLanguage={setLanguage} />
      {refusal.problem.status === 403 ? (
        <Notice tone="bad" title={words.trouble.title}>
          <p>{words.trouble.foreign}</p>
        </Notice>
      ) : (
        <form
          className="form card"
          onSubmit={(event) => {
            event.preventDefault();
            open(key.trim());
          }}
        >
          <h1>{words.key.title}</h1>
          <p>{words.key.text}</p>
          <label className="field">
            {words.key.label}
            <input
              type="password"
              required
              autoFocus
              autoComplete="off"
              value={key}
              onChange={({ target }) => setKey(target.value)}
            />
          </label>
          {wasWrong && (
            <p className="wrong" role="alert">
              {words.key.wrong}
            </p>
          )}
          <button type="submit" className="button primary" disabled={key.trim() === ''}>
            {words.key.enter}
          </button>
        </form>
      )}
    </main>
  );
}
