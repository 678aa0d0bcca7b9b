import { expect, it } from 'vitest';
import shippedText from './account.drawing.json?raw';
import type { ShippedDrawing } from './elk-graph.js';
import { fit, naturalView, shows } from './view.js';

const { drawing } = JSON.parse(shippedText) as ShippedDrawing;

/** As styles/inspector-chart.css sets a label, and what eyes read of it. */
const [LABEL_PX, READ_PX_MIN] = [11, 8];

/** What the chart has of a window: see .chart-frame of the same file. */
const frameOf = (width: number, height: number) => ({
  width: width - 50,
  height: Math.min(Math.max(304, Math.min(0.29 * width, height - 528)), 672),
});

it.each([
  [360, 740],
  [1280, 720],
  [1360, 860],
  [1366, 768],
  [1440, 900],
  [1536, 864],
  [1680, 1050],
  [1920, 1080],
  [2560, 1440],
])('in a window of %i × %i the labels can be read, and what is lit is in sight', (width, height) => {
  const frame = frameOf(width, height);
  for (const lit of Object.values(drawing.states).filter(({ height }) => height <= 42)) {
    const view = naturalView(drawing, lit, frame);
    expect(LABEL_PX * view.scale).toBeGreaterThanOrEqual(READ_PX_MIN);
    expect(shows(view, lit, frame)).toBe(true);
  }
});

it('where all of it can be read, all of it is shown', () => {
  const frame = frameOf(1920, 1080);
  expect(naturalView(drawing, drawing.states['QR_READY']!, frame)).toEqual(fit(drawing, frame));
});
