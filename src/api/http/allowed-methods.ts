import { OPERATIONS } from '#libs/contracts/operations';

const patterns = Object.values(OPERATIONS).map(({ method, path }) => ({
  method,
  matches: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** The methods that the operations know at this address; empty when there is nothing. GET answers HEAD, too. */
export function allowedMethods(pathname: string): readonly string[] {
  const methods = new Set<string>();
  for (const { method, matches } of patterns) {
    if (!matches.test(pathname)) continue;
    methods.add(method);
    if (method === 'GET') methods.add('HEAD');
  }
  return [...methods];
}
