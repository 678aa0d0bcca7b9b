import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '#libs/client/client';
import { connectSimulatorControl } from '../control/control-client.js';
import { createNarrator, type Narrator } from './demo-narrator.js';
import { type DemoDoor, openDoor } from './demo-door.js';
import { openPanel, type Panel } from './demo-panel.js';
import {
  clearUpAfterCrash,
  type DemoRuntime,
  type DemoRuntimeOptions,
  type RuntimeEnd,
  startDemoRuntime,
} from './demo-runtime.js';
import { type DemoSettings, readDemoSettings } from './demo-settings.js';
import { createNumbers, playStory, type Stage, type StoryEnd } from './demo-story.js';
import { watchAccounts } from './demo-watch.js';
import { type Simulator, startSimulator } from '../simulator.js';

const INTERRUPTED: StoryEnd = { ok: true };
/** As slow as a person can follow; the stand-in's own figures are as short as a test can see. In ms. */
const PACE = { pairMs: 500, syncMs: 700, answerMs: 400 };

/** From a broken connection to the news that the process behind it has ended. */
const CRASH_TOLD_MS_MAX = 1_000;

/** npm passes Ctrl-C on to a program that the terminal has told already: two within this time are one. */
const SAME_SIGNAL_MS_MAX = 1_000;

await main();

/**
 * `npm run demo`: the runtime beside our stand-in of WhatsApp, and a story told with them. What it keeps lies in one folder
 * and stays there, so that the second run shows how accounts come back without a QR code; delete it to begin anew.
 */
async function main(): Promise<void> {
  const read = await readDemoSettings(process.env);
  if (!read.ok) return say(read.message, 2);
  const { dataDir, notes } = read.settings;
  // Others may pass: the embedded Postgres runs as another user when we are root.
  mkdirSync(join(dataDir, 'stand-in'), { recursive: true, mode: 0o755 });
  const narrator = createNarrator((line) => process.stdout.write(line));
  const interrupted = onSignals();
  for (const note of notes) narrator.tell('demo', note);
  const door = await openDoor(read.settings.port);
  const simulator = await startSimulator({ dataDir: join(dataDir, 'stand-in'), ...PACE });
  narrator.tell('stand-in', `plays web.whatsapp.com on https://127.0.0.1:${simulator.webPort}, on this machine only`);

  const options = runtimeOptions(read.settings, simulator);
  const runtime = startDemoRuntime(options);
  interrupted.onRepeat(() => void runtime.stop());
  const house: House = { ...read.settings, options, door, runtime, simulator, narrator };
  const watching = new AbortController();
  const gone = runtime.ended.then(({ how }): StoryEnd => ({ ok: false, message: how }));
  const why = await Promise.race([play(house, watching.signal), interrupted.once.then(() => INTERRUPTED), gone]).catch(
    (error: unknown) => {
      // A runtime that dies is first noticed by whoever speaks with it; its own end tells more.
      const broken: StoryEnd = { ok: false, message: `the story broke off: ${String(error)}` };
      return Promise.race([gone, delay(CRASH_TOLD_MS_MAX, broken)]);
    },
  );
  watching.abort();
  narrator.tell('demo', why.ok ? 'stopping: browsers first, the database last' : why.message);
  await house.panel?.close();
  const end = await stop(runtime, options);
  await door.close();
  await simulator.close();
  if (end.clean || why.ok || end.how !== why.message)
    narrator.tell('demo', end.clean ? 'everything is closed' : end.how);
  process.exit(why.ok && end.clean ? 0 : 1);
}

/** All that runs, from the front door to the stand-in. */
interface House extends DemoSettings {
  readonly options: DemoRuntimeOptions;
  readonly door: DemoDoor;
  readonly runtime: DemoRuntime;
  readonly simulator: Simulator;
  readonly narrator: Narrator;
  /** From the moment on at which accounts can be worked with. */
  panel?: Panel;
}

function runtimeOptions({ dataDir }: DemoSettings, { chromiumArgs }: Simulator): DemoRuntimeOptions {
  return { dataDir: join(dataDir, 'muster'), chromiumArgs, logFile: join(dataDir, 'muster.log') };
}

/** Never resolves when all goes well: the demo stays until somebody ends it. */
async function play(house: House, signal: AbortSignal): Promise<StoryEnd> {
  const { door, runtime, simulator, narrator, hasStory } = house;
  const { dataDir } = house.options;
  door.leadTo(await runtime.listens);
  const inside = await runtime.ready;
  narrator.tell(
    'Muster',
    `runs on ${door.url} (pid ${runtime.pid}); its data is in ${dataDir}, its log is ${dataDir}.log`,
  );
  narrator.tell('demo', `open ${door.url}/dashboard/ to watch it, and to break things in its panel`);
  const client = createClient({ baseUrl: inside });
  const controlUrl = `http://127.0.0.1:${simulator.controlPort}`;
  const whereabouts = { dataDir, runtimePid: runtime.pid };
  const parts = { client, control: connectSimulatorControl(controlUrl), narrator, numberOf: createNumbers() };
  const panel = (house.panel = openPanel(door, { ...parts, ...whereabouts }, hasStory));
  const watch = watchAccounts({ ...parts, scansByItself: panel.scansByItself }, narrator.since, signal);
  const story = hasStory ? tellStory({ ...parts, whereabouts, signal: panel.takenOver }) : Promise.resolve(INTERRUPTED);
  const end = await Promise.race([story, watch.ended.then(() => INTERRUPTED)]);
  if (!end.ok) return end;
  panel.storyIsOver();
  await watch.caughtUp();
  const wasTold = hasStory && !panel.takenOver.aborted;
  const carol = (await client.accounts.list({ label: 'Carol', provider: 'whatsapp' })).items[0]?.id;
  process.stdout.write(hints(door.url, controlUrl, carol, wasTold ? narrator.seconds : null));
  await watch.ended;
  return INTERRUPTED;
}

/** To its end, or until a person plays something in the panel: then the rest of it would be in the way. */
async function tellStory(stage: Stage): Promise<StoryEnd> {
  const { signal, narrator } = stage;
  const story = playStory(stage);
  const taken = once(signal, 'abort').then((): StoryEnd => {
    narrator.tell('demo', 'you play: the story ends here, everything goes on running');
    return { ok: true };
  });
  story.catch(() => undefined); // a story that was broken into may break
  return Promise.race([story, taken]).catch((error: unknown) => {
    if (signal.aborted) return taken;
    throw error;
  });
}

/** A stop that went wrong, or a crash, may have left something: the next start would clear it up, so that is done now. */
async function stop(runtime: DemoRuntime, options: DemoRuntimeOptions): Promise<RuntimeEnd> {
  const end = await runtime.stop();
  if (end.clean || !runtime.hasBegun()) return end;
  const trouble = await clearUpAfterCrash({ ...options, logFile: `${options.logFile}.after-crash` });
  return { clean: false, how: trouble ?? 'what the crash had left is cleared away' };
}

function hints(url: string, controlUrl: string, carolId: string | undefined, toldIn: number | null): string {
  const account = `${url}/api/v1/accounts/${carolId}`;
  const carol = [
    `  Carol's history             curl -s '${account}/transitions?limit=100'`,
    `  connect Carol again         curl -s -X POST ${account}/connect`,
  ];
  return [
    '',
    `${toldIn === null ? '' : `That was the story, in ${toldIn.toFixed(0)} s. `}Everything goes on running; Ctrl-C ends it. Meanwhile:`,
    `  the dashboard, with faults  ${url}/dashboard/`,
    `  the API, described          ${url}/docs`,
    `  is it well?                 curl -s ${url}/health`,
    `  all accounts                curl -s ${url}/api/v1/accounts`,
    ...(carolId === undefined ? [] : carol),
    `  the phones' side            curl -s ${controlUrl}/devices`,
    '',
    '',
  ].join('\n');
}

function say(message: string, exitCode: number): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = exitCode;
}

function onSignals(): { readonly once: Promise<void>; onRepeat(run: () => void): void } {
  let firstAt: number | null = null;
  let repeat = (): void => undefined;
  const once = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (firstAt !== null && performance.now() - firstAt > SAME_SIGNAL_MS_MAX) repeat();
        firstAt ??= performance.now();
        resolve();
      });
    }
  });
  return { once, onRepeat: (run) => void (repeat = run) };
}
