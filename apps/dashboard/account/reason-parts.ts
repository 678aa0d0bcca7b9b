/** What happened, as a title, and what to do about it; empty: nothing. A reason says the one in its first sentence. */
export function reasonParts(text: string): readonly [happened: string, advice: string] {
  const [, happened, advice] = /^(.+?)\.\s+(.+)$/su.exec(text) ?? [];
  return happened && advice ? [happened, advice] : [text.replace(/\.$/, ''), ''];
}
