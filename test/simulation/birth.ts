import type { DriverFact, SessionOrders } from '#libs/contracts/session';
import type { Driver } from '#libs/drivers/driver';
import { createSimulatedDriver } from '#libs/drivers/simulated/simulated.driver';
import type { SimulatedProvider } from '#libs/drivers/simulated/simulated.provider';
import type { VirtualClock } from '#test/support/virtual-clock';
import type { Bug } from './bug.js';
import type { Coverage } from './coverage.js';
import type { Disturbances } from './disturbances.js';
import { wireTo } from './driver-wire.js';
import { Life } from './life.js';
import { RuntimeLife } from './runtime-life.js';
import type { SeededDice } from './seeded-dice.js';
import { StoreLink } from './store-link.js';
import type { StoreTables } from './store-tables.js';
import type { StoreWeather } from './store-weather.js';
import { nameOf, type Story } from './story.js';
import type { Watches } from './watches/watches.js';

const STRAY_MS_MAX = 2_000;

/** What outlives a process, and the next one finds. */
interface Birthplace {
  readonly time: VirtualClock;
  readonly tables: StoreTables;
  readonly weather: StoreWeather;
  readonly dice: SeededDice;
  readonly story: Story;
  readonly watches: Watches;
  readonly disturbances: Disturbances;
  readonly provider: SimulatedProvider;
  readonly options: {
    readonly bug: Bug | null;
    readonly network?: (driver: Driver) => Driver;
    readonly coverage?: Coverage;
    readonly wireDelayMsMax: number;
  };
  arriveLate(accountId: string, order: SessionOrders['send']['ask'], afterMs: number): void;
}

/** A new process of the runtime, with its own lines to the store and to its sessions; everything it does is told to the watches. */
export function bearRuntime(
  world: Birthplace,
  onDeath: (how: string, point: string) => void,
): { readonly life: Life; readonly runtime: RuntimeLife } {
  const { time, tables, weather, dice, story, watches, options, disturbances } = world;
  const life = new Life(time, onDeath);
  const link = new StoreLink({ time, dice: dice.fork(), tables, weather, life, coverage: options.coverage });
  const simulated = createSimulatedDriver(world.provider);
  const driver = wireTo({
    time,
    dice: dice.fork(),
    life,
    driver: options.network?.(simulated) ?? simulated,
    delayMsMax: options.wireDelayMsMax,
    onOpen: (opening) => {
      story.tell(nameOf(opening.accountId), `session ${opening.incarnation} opens`);
      watches.onOpen(opening, tables, time.now());
    },
    onAsk: ({ accountId }, order) => watches.session.onAsked(accountId, order, time.now()),
    onKill: ({ accountId }) => watches.session.onKill(accountId, time.now(), world.provider),
    killTakesMs: ({ accountId }) => disturbances.stuckMs(accountId),
    onFact: ({ accountId }, fact) => onFact(world, accountId, fact),
    onStrayTexts: ({ accountId }, texts) => {
      let afterMs = 0;
      for (const text of texts) {
        afterMs = Math.max(afterMs, world.dice.between(1, STRAY_MS_MAX));
        world.arriveLate(accountId, text, afterMs);
      }
    },
  });
  const runtime = new RuntimeLife({
    life,
    link,
    messages: options.bug?.messages?.(link) ?? link,
    driver,
    dice: dice.fork(),
    story,
    coverage: options.coverage,
    onEvent: (event) => watches.onEvent(event, tables),
    onAccepted: (messageId) => tables.messages.promise(messageId),
    onAsked: (accountId, name) => watches.wish.onAsked(accountId, name, tables),
    onActorBroken: (accountId) => disturbances.actorFailed(accountId),
    onNote: (note) => watches.onNote(note),
  });
  return { life, runtime };
}

function onFact({ story, disturbances }: Birthplace, accountId: string, fact: DriverFact): void {
  if (fact.type === 'driver.received' || fact.type === 'driver.acknowledged') return;
  story.tell(nameOf(accountId), `session says ${fact.type}${'reason' in fact ? `: ${fact.reason}` : ''}`);
  if (fact.type === 'driver.dropped' || fact.type === 'driver.broken') disturbances.disturb(accountId);
}
