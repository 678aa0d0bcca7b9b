import { type LeaseRepository } from '#src/persistence/leasing/lease.repository';

/** As many as callers come at once. */
const PROGRAMS = 24;

/**
 * Each call by another program. One program gives leases together, in one statement, so that its own callers never meet in
 * the database; these do.
 */
export function inPrograms(start: () => LeaseRepository): LeaseRepository {
  const programs = Array.from({ length: PROGRAMS }, start);
  let turn = 0;
  return new Proxy(programs[0]!, {
    get(_, name): unknown {
      turn = (turn + 1) % PROGRAMS;
      const program = programs[turn]!;
      const member: unknown = Reflect.get(program, name, program);
      return typeof member === 'function' ? (member.bind(program) as unknown) : member;
    },
  });
}
