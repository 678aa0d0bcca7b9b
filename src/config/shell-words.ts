export type ShellWords =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly why: string };

const quotedRun = /'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^\s'"\\]+)/y;

/**
 * Splits a line as a POSIX shell splits words: quotes keep spaces, a backslash keeps the next character.
 * Nothing is expanded: `$HOME`, `*` and `~` stay as they are. Unbalanced quotes are refused.
 */
export function splitShellWords(line: string): ShellWords {
  const words: string[] = [];
  let word: string | null = null;
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line.charAt(at))) {
      if (word !== null) words.push(word);
      word = null;
      at += 1;
      continue;
    }
    quotedRun.lastIndex = at;
    const run = quotedRun.exec(line);
    if (run === null) return { ok: false, why: whyUnreadable(line.charAt(at)) };
    word = (word ?? '') + textOf(run);
    at = quotedRun.lastIndex;
  }
  if (word !== null) words.push(word);
  return { ok: true, words };
}

/** Inside double quotes a backslash escapes only what would otherwise be special there. */
function textOf([, single, double, escaped, plain]: RegExpExecArray): string {
  return single ?? double?.replace(/\\([\\"$`\n])/g, '$1') ?? escaped ?? plain ?? '';
}

function whyUnreadable(character: string): string {
  return character === '\\' ? 'ends with a lone backslash' : `has a quote (${character}) that is never closed`;
}
