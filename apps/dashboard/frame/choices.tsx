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
      <span className="pick">
        <span className="pick-short" aria-hidden="true">
          {words.code}
        </span>
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
      </span>
      <span className="pick">
        <svg className="pick-short" viewBox="0 0 16 16" aria-hidden="true">
          <path d={THEME_SIGNS[theme]} />
        </svg>
        <select aria-label={words.theme} value={theme} onChange={({ target }) => setTheme(target.value as Theme)}>
          {THEMES.map((name) => (
            <option key={name} value={name}>
              {words.themes[name]}
            </option>
          ))}
        </select>
      </span>
    </div>
  );
}

/** A disc half dark, a sun, a moon. */
const THEME_SIGNS: Readonly<Record<Theme, string>> = {
  auto: 'M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12v-1a5 5 0 0 0 0-10z',
  light: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  dark: 'M13.5 10A6 6 0 0 1 6 2.5a6 6 0 1 0 7.5 7.5z',
};
