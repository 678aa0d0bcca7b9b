import { useEffect, useState } from 'react';
import { useWords } from '../parts/shell.js';
import { applyTheme, keptTheme, type Theme, THEMES } from '../parts/theme.js';
import { CATALOGUE, type Language, LANGUAGES } from '../words/language.js';

/** Language and appearance, kept by the browser. */
export function Choices({ setLanguage }: { readonly setLanguage: (language: Language) => void }) {
  const { words, language } = useWords();
  const [theme, setTheme] = useState(keptTheme);
  useEffect(() => applyTheme(theme), [theme]);
  return (
    <div className="choices-bar">
      <select
        aria-label={words.language}
        value={language}
        onChange={({ target }) => setLanguage(target.value as Language)}
      >
        {LANGUAGES.map((name) => (
          <option key={name} value={name} lang={name}>
            {CATALOGUE[name].name}
          </option>
        ))}
      </select>
      <select aria-label={words.theme} value={theme} onChange={({ target }) => setTheme(target.value as Theme)}>
        {THEMES.map((name) => (
          <option key={name} value={name}>
            {words.themes[name]}
          </option>
        ))}
      </select>
    </div>
  );
}
