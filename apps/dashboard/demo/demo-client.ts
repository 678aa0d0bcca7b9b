import {
  DEMO_REFUSALS,
  type DemoRefusal,
  demoView,
  type DemoView,
  type StrikeOrder,
  strikeView,
  type StrikeView,
} from '#apps/simulator/demo/demo-words';

/** The demo said no. `why` is null when it did not say it in a word that is known here, or did not answer. */
export class DemoTrouble extends Error {
  constructor(
    readonly why: DemoRefusal | null,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
    this.name = 'DemoTrouble';
  }
}

/** Everything rejects with DemoTrouble. */
export interface DemoClient {
  look(): Promise<DemoView>;
  strike(order: StrikeOrder): Promise<StrikeView>;
  /** The phone of this account scans the code that is shown for it. */
  scan(account: string): Promise<void>;
  /** It types the code that was asked for it. */
  type(account: string): Promise<void>;
  /** A customer writes to this account. */
  write(account: string, text: string): Promise<void>;
}

/** Loopback; a browser that is to be frozen is found in some milliseconds. */
const CALL_MS_MAX = 10_000;

/** `address` as demoAddress gives it. */
export function createDemoClient(address: string): DemoClient {
  const call = async (path: string, body?: object): Promise<unknown> => {
    const response = await fetch(new URL(path, address), {
      signal: AbortSignal.timeout(CALL_MS_MAX),
      ...(body && { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    }).catch((cause: unknown) => {
      throw new DemoTrouble(null, 'no answer', { cause });
    });
    const answer = await readJson(response);
    if (response.ok) return answer;
    const { code, detail = '' } = answer as { readonly code?: string; readonly detail?: string };
    throw new DemoTrouble(DEMO_REFUSALS.find((why) => why === code) ?? null, detail);
  };
  return {
    look: async () => demoView.parse(await call('state')),
    strike: async (order) => strikeView.parse(await call('strikes', order)),
    scan: async (account) => void (await call('scan', { account })),
    type: async (account) => void (await call('type', { account })),
    write: async (account, text) => void (await call('write', { account, text })),
  };
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return text === '' ? null : JSON.parse(text);
  } catch (cause) {
    throw new DemoTrouble(null, 'an answer that is no JSON', { cause });
  }
}
