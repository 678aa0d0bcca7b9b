import { PROBLEMS, type ProblemCode } from '#libs/contracts/problem';

/** As Muster says them itself, but for what speaks to programs of their headers. */
export const enProblems: Readonly<Record<ProblemCode, string>> = {
  ...PROBLEMS,
  leased: 'A service has leased this account, and while the lease lives only that service may send from it.',
};
