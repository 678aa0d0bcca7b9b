import type { ProcessEntry } from '#libs/processes/process-entry';
import { listTree, readProcess } from '#libs/processes/process-table';
import { killExactly, renderersOf, type WhatsappStage } from '#test/support/whatsapp-stage';
import type { BrowserFault } from './fault-names.js';
import type { SoakPerson } from './soak-scene.js';
import { type Blow, NO_SESSION_ENDS } from './strike.js';

/** Found after two questions for a sign of life, 36 s at worst; it hangs on until it is ended. */
const PAGE_HANGS_MS = 120_000;
const SOCKET_DOWN_MS = 10_000;
/** Below the 120 s after which a session is replaced. */
const NETWORK_CUT_MS = 20_000;
const PROVIDER_TIMES_OUT_MS = 10_000;
/** The account waits 30 s before its one further try. */
const OPENED_ELSEWHERE_MS = 5_000;

type Fault = Parameters<WhatsappStage['control']['setFault']>[0];

/** Each does it, and answers what must come of it. */
export const BROWSER_STRIKES: Readonly<Record<BrowserFault, (stage: WhatsappStage, who: SoakPerson) => Promise<Blow>>> =
  {
    async 'the browser is killed'(stage, who) {
      killExactly(browserOf(stage, who));
      return { newSessions: [who.id] };
    },
    async 'the browser is frozen'(stage, who) {
      process.kill(-browserOf(stage, who).groupId, 'SIGSTOP');
      return { newSessions: [who.id] };
    },
    async 'the page crashes'(stage, who) {
      renderersOf([browserOf(stage, who)]).forEach(killExactly);
      return { newSessions: [who.id] };
    },
    async 'the page hangs'(stage, { id, number }) {
      await stage.control.do({ number, deed: 'hang', ms: PAGE_HANGS_MS });
      return { newSessions: [id] };
    },
    async 'the page reloads'(stage, { number }) {
      await stage.control.do({ number, deed: 'reload' });
      return NO_SESSION_ENDS;
    },
    'the socket drops': (stage, { number }) => passing(stage, { name: 'socket_down', number }, SOCKET_DOWN_MS),
    'the network is cut': (stage, { number }) =>
      passing(stage, { name: 'network_cut', mode: 'silent', number }, NETWORK_CUT_MS),
    'the provider times out': (stage, { number }) =>
      passing(stage, { name: 'state', state: 'TIMEOUT', number }, PROVIDER_TIMES_OUT_MS),
    async 'the account is opened elsewhere'(stage, { id, number }) {
      const blow = await passing(stage, { name: 'state', state: 'CONFLICT', number }, OPENED_ELSEWHERE_MS);
      return { ...blow, newSessions: [id] };
    },
    async 'the engine host is killed'(stage, who) {
      const host = hostOf(stage, who);
      const there = accountsOn(stage, host);
      killExactly(host);
      return { newSessions: [who.id, ...there] };
    },
    async 'the engine host is frozen'(stage, who) {
      const host = hostOf(stage, who);
      const there = accountsOn(stage, host);
      process.kill(host.pid, 'SIGSTOP');
      return { newSessions: [who.id, ...there] };
    },
  };

async function passing(stage: WhatsappStage, fault: Fault, afterMs: number): Promise<Blow> {
  const { id } = await stage.control.setFault(fault);
  return { newSessions: [], relief: { afterMs, give: () => stage.control.removeFault(id) } };
}

function browserOf(stage: WhatsappStage, { id, name }: SoakPerson): ProcessEntry {
  const [browser] = stage.browserOf(id);
  if (!browser) throw new Error(`${name} is connected and has no browser`);
  return browser;
}

function hostOf(stage: WhatsappStage, who: SoakPerson): ProcessEntry {
  const host = readProcess(browserOf(stage, who).parentPid);
  if (!host) throw new Error(`the browser of ${who.name} has no host above it`);
  return host;
}

/** By the profiles of the browsers below it. */
function accountsOn(stage: WhatsappStage, host: ProcessEntry): readonly string[] {
  const lines = listTree([host.pid]).map((entry) => entry.arguments().join(' '));
  const ids = lines.flatMap((line) => /--user-data-dir=\S*session-([0-9a-f-]{36})/.exec(line)?.[1] ?? []);
  return [...new Set(ids)].filter((id) => stage.browserOf(id).length > 0);
}
