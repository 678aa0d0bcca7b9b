import { keptInBrowser } from './kept.js';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
const KEPT = keptInBrowser('theme');

export const keptTheme = (): Theme => THEMES.find((theme) => theme === KEPT.read()) ?? 'auto';

/** Before anything is drawn, so that a dark page never begins light. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  KEPT.write(theme === 'auto' ? null : theme);
}
