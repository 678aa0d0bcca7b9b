import { z } from 'zod';
import type { ConfigurationValue } from '#libs/contracts/configuration';
import { asItIs, type Shown } from './secrecy.js';
import { splitShellWords } from './shell-words.js';

/** How an environment variable's text is read, its default as text, what it is for, and what of it may be shown. */
export interface Variable<T> {
  readonly read: z.ZodType<T, string>;
  readonly default: string;
  readonly comment: string;
  readonly show: (value: T) => Shown;
}

/** `show`: for whatever may hold a secret. A spec looks for values that are free text and have none. */
export const variable = <T extends ConfigurationValue>(
  read: z.ZodType<T, string>,
  fallback: string | number,
  comment: string,
  show: (value: T) => Shown = asItIs,
): Variable<T> => ({ read, default: String(fallback), comment, show });

/** Timers of Node wrap above 2^31 ms; nobody waits for more than a week. */
export const WAIT_MS_MAX = 7 * 86_400_000;

export const numberBetween = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'expected a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `expected ${min} to ${max}`);
export const milliseconds = numberBetween(1, WAIT_MS_MAX);
export const choice = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, `expected one of ${words.join(', ')}`) as z.ZodType<T[number], string>;
export const yesOrNo = choice(['true', 'false']).transform((word) => word === 'true') as z.ZodType<boolean, string>;
export const orNull = (read: z.ZodType<string, string>) =>
  z.union([z.literal('').transform(() => null), read]) as z.ZodType<string | null, string>;
export const urlOf = (protocols: RegExp, example: string) =>
  z.string().refine((text) => URL.canParse(text) && protocols.test(new URL(text).protocol), `expected ${example}`);

export const apiKeys = z
  .string()
  .transform((text) => text.split(',').map((key) => key.trim()))
  .transform((keys) => keys.filter((key) => key !== ''))
  .refine(
    (keys) => keys.every((key) => /^[\x21-\x7e]{1,200}$/.test(key)),
    'expected keys of printable ASCII, separated by commas',
  );

export const shellWords = z.string().transform((line, check): readonly string[] => {
  const split = splitShellWords(line);
  if (split.ok) return split.words;
  check.addIssue({ code: 'custom', message: split.why });
  return z.NEVER;
});
