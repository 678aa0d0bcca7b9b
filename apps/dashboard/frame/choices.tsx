import { useEffect, useState } from 'react';
import { keptInBrowser } from '../parts/kept.js';
import { useWords } from '../parts/shell.js';
import { CATALOGUE, type Language, LANGUAGES } from '../words/language.js';

const THEMES = ['auto', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];
const KEPT_THEME = keptInBrowser('theme');

const keptTheme = (): Theme => THEMES.find((theme) => theme === KEPT_THEME.read()) ?? 'auto';

/** Language and appearance, kept by the browser. */
export function Choices({ setLanguage }: { readonly setLanguage: (language: Language) => void }) {
  const { words, language } = useWords();
  const [theme, setTheme] = useState(keptTheme);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
    KEPT_THEME.write(theme === 'auto' ? null : theme);
  }, [theme]);
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
