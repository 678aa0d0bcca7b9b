import type { Box, Point } from './elk-graph.js';

/** How a drawing is moved and enlarged on its way to the screen: `screen = drawing * scale + offset`. */
export interface View extends Point {
  readonly scale: number;
}
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Below it nothing can be told from another, above it no line can be followed. The whole account machine on a phone has 0.14. */
const SCALE_MIN = 0.1;
export const SCALE_MAX = 3;
/** Never larger than it was drawn just because there is room. */
const FIT_SCALE_MAX = 1.15;
const MARGIN_PX = 12;

/** A label of 11 px is read from 8 on. Below that, as on phones and laptops, what is lit is shown larger instead of all. */
const READABLE_SCALE = 0.75;
const CLOSE_SCALE = 0.85;

/** As it is shown until a person moves it: all of it if that can be read, else what is lit. */
export function naturalView(drawing: Size, lit: Box | null, screen: Size): View {
  const whole = fit(drawing, screen);
  return whole.scale >= READABLE_SCALE || !lit ? whole : centre(lit, drawing, screen, CLOSE_SCALE);
}

/** All of it, in the middle. */
export function fit(drawing: Size, screen: Size): View {
  const scale = within(
    Math.min((screen.width - 2 * MARGIN_PX) / drawing.width, (screen.height - 2 * MARGIN_PX) / drawing.height),
    SCALE_MIN,
    FIT_SCALE_MAX,
  );
  return {
    scale,
    x: (screen.width - drawing.width * scale) / 2,
    y: (screen.height - drawing.height * scale) / 2,
  };
}

/** This part of it in the middle, so large; at the edge of the drawing only as near to it as leaves no room empty. */
export function centre({ x, y, width, height }: Box, drawing: Size, screen: Size, scale: number): View {
  return {
    scale,
    x: filled(screen.width / 2 - (x + width / 2) * scale, drawing.width * scale, screen.width),
    y: filled(screen.height / 2 - (y + height / 2) * scale, drawing.height * scale, screen.height),
  };
}

/** Where something so long begins, so that it fills the screen, or lies in its middle if it is shorter. */
function filled(begin: number, length: number, screen: number): number {
  const room = screen - length - 2 * MARGIN_PX;
  return room >= 0 ? (screen - length) / 2 : within(begin, room + MARGIN_PX, MARGIN_PX);
}

/** What is under `at` stays there. */
export function zoomAt(view: View, at: Point, factor: number): View {
  const scale = within(view.scale * factor, SCALE_MIN, SCALE_MAX);
  const by = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by };
}

/** Never so far that nothing of it is left in sight. */
export function move(view: View, dx: number, dy: number, drawing: Size, screen: Size): View {
  const left = 80;
  return {
    scale: view.scale,
    x: within(view.x + dx, left - drawing.width * view.scale, screen.width - left),
    y: within(view.y + dy, left - drawing.height * view.scale, screen.height - left),
  };
}

/** Is all of it in sight? */
export function shows(view: View, { x, y, width, height }: Box, screen: Size): boolean {
  const [left, top] = [x * view.scale + view.x, y * view.scale + view.y];
  return (
    left >= 0 && top >= 0 && left + width * view.scale <= screen.width && top + height * view.scale <= screen.height
  );
}

const within = (value: number, min: number, max: number): number => Math.min(Math.max(value, min), max);
