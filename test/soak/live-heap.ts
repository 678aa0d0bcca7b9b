import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A full collection of a heap of 100 MB takes some 100 ms; a runtime that waits for its store answers all the same. */
const ANSWER_MS_MAX = 10_000;

/** What makes a Node process open its inspector here, once it gets SIGUSR1. */
export const inspectorAt = (port: number): NodeJS.ProcessEnv => ({ NODE_OPTIONS: `--inspect-port=127.0.0.1:${port}` });

/**
 * Collects the garbage of a runtime that was started so, and answers what then lives in its heap, MB of 2^20 bytes. What is
 * merely used is a sawtooth of minutes: a leak shows in hours there, and here in minutes. Null when it doesn't answer.
 */
export async function readLiveHeap(pid: number, port: number): Promise<number | null> {
  try {
    process.kill(pid, 'SIGUSR1'); // the first opens the inspector, the others do nothing
    const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as readonly Target[];
    const socket = new WebSocket(target!.webSocketDebuggerUrl);
    try {
      await once(socket, 'open', { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
      await ask(socket, 1, 'HeapProfiler.collectGarbage');
      const { result } = await ask(socket, 2, 'Runtime.getHeapUsage');
      return result.usedSize! / 2 ** 20;
    } finally {
      socket.terminate();
    }
  } catch {
    return null; // it opens in a moment: at the next look
  }
}

interface Target {
  readonly webSocketDebuggerUrl: string;
}
interface Answer {
  readonly id?: number;
  readonly result: { readonly usedSize?: number };
}

async function ask(socket: WebSocket, id: number, method: string): Promise<Answer> {
  socket.send(JSON.stringify({ id, method }));
  const signal = AbortSignal.timeout(ANSWER_MS_MAX);
  for (;;) {
    const [data] = (await once(socket, 'message', { signal })) as [Buffer];
    const answer = JSON.parse(data.toString()) as Answer;
    if (answer.id === id) return answer;
  }
}
