import { type Problem, problemSchema } from '#libs/contracts/problem';
import { parseInput } from '#libs/contracts/parse';

/** Muster said no; `problem.code` is stable and tells why. */
export class MusterApiError extends Error {
  constructor(
    readonly problem: Problem,
    /** What Retry-After said, in seconds; null without it. */
    readonly retryAfterS: number | null,
  ) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`);
    this.name = 'MusterApiError';
  }
}

/** Something between us and Muster (a proxy, say) may answer in its own words: that becomes a problem, too. */
export async function apiErrorOf(response: Response): Promise<MusterApiError> {
  const text = await response.text();
  const retryAfter = response.headers.get('retry-after');
  const read = parseInput(problemSchema, readJson(text), 'problem');
  return new MusterApiError(
    read.ok ? read.value : foreignProblem(response, text),
    retryAfter === null ? null : Number(retryAfter),
  );
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Enough of a foreign answer to recognise who gave it. */
const FOREIGN_CHARS_MAX = 500;

function foreignProblem({ status, statusText }: Response, text: string): Problem {
  return {
    type: 'about:blank',
    title: statusText || 'Unexpected answer',
    status,
    code: 'unexpected_answer',
    detail: text.slice(0, FOREIGN_CHARS_MAX),
  };
}
