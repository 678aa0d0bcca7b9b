/** Every call by which a runtime reaches into the world, each answer, each word of a session, and what it tells: it may die at any. */
export const CALLS = [
  ...['own all', 'write', 'accept', 'pending', 'claim', 'postpone', 'pause if stale', 'settle', 'acknowledge'].flatMap(
    withAnswer,
  ),
  ...['receive', 'position', 'heardUntil'].flatMap(withAnswer),
  ...['prepare', 'send', 'sendInTurn', 'lookup', 'probe', 'catchUp', 'close', 'logout'].flatMap(withAnswer),
  ...['discard login', 'discarded', 'open', 'kill', 'killed', 'running'],
  ...['qr', 'waiting', 'scanned', 'ready', 'degraded', 'broken', 'dropped', 'closed', 'logged-out'].map(ofDriver),
  ...['acknowledged', 'received'].map(ofDriver),
  ...['account.changed', 'message.changed', 'message.received'],
] as const;

function withAnswer(call: string): readonly string[] {
  return [call, `${call} answered`];
}

function ofDriver(fact: string): string {
  return `driver.${fact}`;
}
