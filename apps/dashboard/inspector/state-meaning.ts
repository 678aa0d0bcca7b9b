import type { MachineDefinition } from '#libs/contracts/machine-definition';
import { ruStates } from '../words/ru.states.js';
import { ukStates } from '../words/uk.states.js';

export interface StateMeaning {
  readonly text: string;
  /** The language it is in. */
  readonly lang: string;
}

/** The machine describes its states in English; a state that is younger than the translations stays so. */
export const STATE_MEANINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  uk: ukStates,
  ru: ruStates,
};

export function meaningOf(
  { id, description }: Pick<MachineDefinition['states'][number], 'id' | 'description'>,
  language: string,
): StateMeaning {
  const text = STATE_MEANINGS[language]?.[id];
  return text === undefined ? { text: description ?? '', lang: 'en' } : { text, lang: language };
}
