import { describe, expect, it } from 'vitest';
import type { MachineDefinition } from '#libs/contracts/machine-definition';
import shipped from './account.drawing.json' with { type: 'json' };
import { chartGraph, edgeId, SHARED_SOURCES_MIN } from './chart-graph.js';
import { linesOf, shortDelay } from './edge-label.js';
import { arrowHead, roundedPath } from './path.js';
import { centre, fit, move, SCALE_MAX, shows, zoomAt } from './view.js';
import { speakerOf, waysOut, wayOfStep } from './ways.js';

type Row = readonly [from: string, to: string | null, event: string, guard?: string, delayMs?: number];

/** A kettle, as a runtime would describe it: off, or on and heating or hot. */
function machineOf(rows: readonly Row[]): MachineDefinition {
  const state = (id: string, initial: string | null = null) => {
    const parent = id.includes('.') ? id.split('.')[0]! : null;
    return { id, parent, initial, description: `is ${id}`, entry: [], exit: [] };
  };
  return {
    id: 'kettle',
    initial: 'OFF',
    states: [state('OFF'), state('ON', 'ON.heating'), state('ON.heating'), state('ON.hot'), state('BROKEN')],
    transitions: rows.map(([from, to, event, guard = null, delayMs = null]) => {
      return { from, to, event, guard, delayMs, actions: [] };
    }),
  };
}

const kettle = machineOf([
  ['', 'OFF', 'account.restore', 'unplugged'],
  ['OFF', 'ON', 'account.connect'],
  ['ON', 'OFF', 'account.disconnect'],
  ['ON', 'OFF', 'driver.dry'],
  ['ON.heating', 'ON.hot', 'driver.boils'],
  ['ON.heating', 'BROKEN', 'deadline.boil', undefined, 120_000],
  ['ON.hot', null, 'account.disconnect'],
]);
const lines = ({ edges }: ReturnType<typeof chartGraph>) => edges.map(({ id }) => id);

describe('the machine as a graph', () => {
  it('makes one line of all ways between two statuses, and of all between two states of one', () => {
    expect(lines(chartGraph(kettle))).toEqual(['OFF → ON', 'ON → OFF', 'ON.heating → ON.hot', 'ON → BROKEN']);
    const off = chartGraph(kettle).edges.find(({ id }) => id === edgeId('ON', 'OFF'))!;
    expect(off.own.map(({ event }) => event)).toEqual(['account.disconnect', 'driver.dry']);
  });

  it('tells what is taken everywhere once, and what many states have alike beside no line', () => {
    expect(chartGraph(kettle).everywhere.map(({ event }) => event)).toEqual(['account.restore']);
    const many = Array.from({ length: SHARED_SOURCES_MIN }, (_, i): Row => [`S${i}`, 'OFF', 'account.disconnect']);
    for (const { own, shared } of chartGraph(machineOf(many)).edges)
      expect([own.length, shared.length]).toEqual([0, 1]);
    for (const { own } of chartGraph(machineOf(many.slice(1))).edges) expect(own).toHaveLength(1);
  });

  it('knows how long a state may last, and where one comes in', () => {
    const { states } = chartGraph(kettle);
    expect(states.find(({ id }) => id === 'ON.heating')).toMatchObject({
      ...{ name: 'heating', parent: 'ON', isInitial: true, hasChildren: false },
      deadline: { name: 'boil', ms: 120_000 },
    });
    expect(states.find(({ id }) => id === 'ON.hot')).toMatchObject({ isInitial: false, deadline: null });
  });

  it('says beside a line what moves, on what condition, after how long', () => {
    const told = linesOf(
      waysOut(
        machineOf([
          ['ON', 'OFF', 'driver.dry', 'a'],
          ['ON', 'OFF', 'session.down', 'a'],
          ['ON', 'OFF', 'session.down', 'b'],
          ['ON', 'OFF', 'deadline.boil', undefined, 90_000],
        ]),
        'ON',
      ),
    );
    expect(told.map(({ name, condition, delayMs }) => [name + condition, delayMs])).toEqual([
      ['dry [a]', null],
      ['session.down […]', null],
      ['boil', 90_000],
    ]);
  });

  it('tells a wait in one unit, in the language of the page', () => {
    const told = (language: string) => [500, 1_500, 90_000, 600_000].map((ms) => shortDelay(ms, language));
    expect(told('en')).toEqual(['500 ms', '1.5 sec', '90 sec', '10 min']);
    expect(told('uk')).toEqual(['500 мс', '1,5 с', '90 с', '10 хв']);
    expect(told('ru')).toEqual(['500 мс', '1,5 с', '90 с', '10 мин']);
  });
});

describe('the ways out of a state', () => {
  it('are its own, then those around it; what it takes in any case comes to nobody else', () => {
    const out = waysOut(kettle, 'ON.hot').map(({ from, event, lands }) => [from, event, lands]);
    expect(out).toEqual([
      ['ON.hot', 'account.disconnect', null],
      ['ON', 'driver.dry', 'OFF'],
      ['', 'account.restore', 'OFF'],
    ]);
  });

  it('lead to the innermost state, by which a step of the history is found again', () => {
    expect(waysOut(kettle, 'OFF')[0]).toMatchObject({ to: 'ON', lands: 'ON.heating' });
    expect(wayOfStep(kettle, { from: 'OFF', to: 'ON.heating', event: 'account.connect' })).toMatchObject({ to: 'ON' });
    expect(wayOfStep(kettle, { from: 'OFF', to: 'BROKEN', event: 'actor.gave_up' })).toBeUndefined();
  });

  it('say who speaks', () => {
    const events = ['account.connect', 'account.restore', 'driver.qr', 'deadline.scan', 'session.down'];
    expect(events.map(speakerOf)).toEqual(['person', 'muster', 'provider', 'clock', 'muster']);
  });
});

describe('the picture', () => {
  const screen = { width: 800, height: 600 };
  const drawing = { width: 1_000, height: 1_000 };

  it('fits as a whole, in the middle', () => {
    const { x, y, scale } = fit(drawing, screen);
    expect(scale).toBeCloseTo(0.576);
    expect([x + 500 * scale, y + 500 * scale]).toEqual([400, 300]);
  });

  it('fits as a whole on a phone, too', () => {
    const phone = { width: 334, height: 384 };
    const { width, height } = shipped.drawing;
    expect(shows(fit({ width, height }, phone), { x: 0, y: 0, width, height }, phone)).toBe(true);
  });

  it('is enlarged around the pointer, up to a limit, and never moved out of sight', () => {
    const view = zoomAt({ x: 0, y: 0, scale: 1 }, { x: 100, y: 50 }, 2);
    expect(view).toEqual({ x: -100, y: -50, scale: 2 });
    expect(zoomAt(view, { x: 0, y: 0 }, 1_000).scale).toBe(SCALE_MAX);
    expect(move(view, -100_000, 100_000, drawing, screen)).toMatchObject({ x: 80 - 2_000, y: 520 });
  });

  it('knows whether a state is in sight, and brings it there', () => {
    const far = { x: 900, y: 900, width: 100, height: 40 };
    const view = { x: 0, y: 0, scale: 1 };
    expect(shows(view, far, screen)).toBe(false);
    expect(shows(centre(far, drawing, screen, 1), far, screen)).toBe(true);
  });

  it('leaves no room empty beside what lies at its edge, and lies in the middle where all of it has room', () => {
    const corner = { x: 0, y: 980, width: 100, height: 20 };
    expect(centre(corner, drawing, screen, 1)).toEqual({ scale: 1, x: 12, y: 600 - 1_000 - 12 });
    expect(centre({ ...corner, x: 450, y: 490 }, drawing, screen, 1)).toEqual({ scale: 1, x: -100, y: -200 });
    expect(centre(corner, drawing, screen, 0.5)).toEqual({ scale: 0.5, x: 150, y: 50 });
  });

  it('has lines with round corners and arrows that point where they lead', () => {
    const corner = [
      { x: 0, y: 0 },
      { x: 0, y: 40 },
      { x: 30, y: 40 },
    ];
    expect(roundedPath(corner)).toBe('M0 0L0 34Q0 40 6 40L30 40');
    expect(arrowHead(corner)).toBe('M30 40L22 43.5L22 36.5Z');
  });
});
