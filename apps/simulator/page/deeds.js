import { line } from './line.js';

/**
 * What the page does to itself when the stand-in tells it to.
 *
 * All work runs in tasks of `setTimeout`, as a page's own does: between two tasks the event loop is free for a moment, and
 * whoever asks the page something then is answered. A chain of promises would leave no such moment, and be one long hang.
 */
const kept = [];
const MB = 1_048_576;
/** So much a task, so that growing is not a hang. */
const GROW_MB_A_TASK = 16;
/** Blink lays a tree out by recursion: half as deep a tree overran the renderer's stack, in the headless shell and in full. */
const DEEP_ELEMENTS = 40_000;
/** The parser goes no deeper than 512; element by element, building would take seconds. */
const DEEP_ELEMENTS_A_STEP = 500;

const deeds = {
  async hang({ ms }) {
    await task(() => block(ms));
    return `${ms} ms`;
  },
  async work({ taskMs, totalMs }) {
    const endMs = performance.now() + totalMs;
    let tasks = 0;
    for (; performance.now() < endMs; tasks++) {
      await task(() => block(Math.min(taskMs, endMs - performance.now())));
    }
    return `${tasks} tasks`;
  },
  async grow({ mb }) {
    // Filled, because memory that was never written to costs nothing.
    for (let left = mb; left > 0; left -= GROW_MB_A_TASK) {
      await task(() => kept.push(new Uint8Array(Math.min(left, GROW_MB_A_TASK) * MB).fill(1)));
    }
    return `${mb} MB`;
  },
  reload: () => task(() => location.reload()),
  crash: () => task(crash),
};

export async function act(deed) {
  const detail = await deeds[deed.deed](deed).catch((error) => `failed: ${error}`);
  if (detail !== undefined) line.tell({ type: 'deed-done', deed: deed.deed, detail });
}

function task(run) {
  return new Promise((resolve, reject) => {
    setTimeout(() => {
      try {
        run();
        resolve();
      } catch (error) {
        reject(error);
      }
    }, 0);
  });
}

function block(ms) {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

function crash() {
  const top = document.createElement('div');
  let deepest = top;
  for (let depth = 0; depth < DEEP_ELEMENTS; depth += DEEP_ELEMENTS_A_STEP) {
    deepest.innerHTML = '<div>'.repeat(DEEP_ELEMENTS_A_STEP);
    while (deepest.firstChild !== null) deepest = deepest.firstChild;
  }
  document.body.append(top);
  return document.body.offsetHeight;
}
