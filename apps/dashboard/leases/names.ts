/** What a word of the API is called in the language of the page; a word that is younger than this page stands for itself. */
export function nameOf(names: object, word: string): string {
  const name: unknown = Object.hasOwn(names, word) ? names[word as keyof typeof names] : undefined;
  return typeof name === 'string' ? name : word;
}
