/** Classes and codes by which Postgres, its driver and the socket below say that they can't answer now. */
const awayCode = /^(08\w{3}|53\w{3}|57P0[1-5]|57014|58\w{3}|25006|55P03|40001|40P01)$/;
const awaySocket = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOENT)$/;
const awayMessage =
  /connection terminated|terminating connection|connection timeout|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error|not connected|not initialized|connection is not established|cannot use a pool after/i;
const awayNames = new Set([
  'StaleEpochError',
  'CannotExecuteNotConnectedError',
  'ConnectionIsNotSetError',
  'RecorderClosedError',
  'StoreSilentError',
]);
/** An error wraps its cause once or twice; a longer chain is a circle. */
const CAUSES_MAX = 5;

/**
 * Did this fail because the store is away, busy beyond its limits, or no longer ours, so that the same call may
 * succeed in a moment? Looks at the error, what its driver said, and its causes.
 */
export function isStoreAway(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth += 1) {
    const driverError = (current as { driverError?: unknown }).driverError;
    if (saysAway(current) || (driverError instanceof Error && saysAway(driverError))) return true;
    if (current instanceof AggregateError && current.errors.some(isStoreAway)) return true;
    current = current.cause;
  }
  return false;
}

function saysAway(error: Error): boolean {
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  if (awayNames.has(error.name) || awayMessage.test(error.message)) return true;
  if (typeof code !== 'string') return false;
  return awayCode.test(code) || (awaySocket.test(code) && syscall !== 'open');
}
