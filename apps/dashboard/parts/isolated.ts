/** Marks that turn the direction of writing, and letters that are written from right to left. */
const TURNS = /[\u061c\u200f\u202a-\u202e\u2066-\u2069]|\p{Script=Hebrew}|\p{Script=Arabic}/u;
const [FIRST_STRONG_ISOLATE, POP_ISOLATE] = ['\u2068', '\u2069'];

/** What somebody else wrote, for a sentence of ours: it may turn itself, and not what stands around it. */
export function isolated(text: string): string {
  return TURNS.test(text) ? `${FIRST_STRONG_ISOLATE}${text.replaceAll(POP_ISOLATE, '')}${POP_ISOLATE}` : text;
}
