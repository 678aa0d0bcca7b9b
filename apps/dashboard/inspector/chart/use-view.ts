import { type PointerEvent, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Box, Drawing, Point } from './elk-graph.js';
import { centre, fit, move, naturalView, shows, type Size, type View, zoomAt } from './view.js';

export interface ChartView {
  readonly frame: RefObject<SVGSVGElement | null>;
  /** Null until the frame was measured. */
  readonly view: View | null;
  readonly size: Size | null;
  readonly zoom: (factor: number) => void;
  readonly shift: (dx: number, dy: number) => void;
  readonly fitAll: () => void;
  /** Brings this part into sight, if it is not. */
  readonly show: (part: Box) => void;
  readonly pointers: {
    readonly onPointerDown: (event: PointerEvent<SVGSVGElement>) => void;
    readonly onPointerMove: (event: PointerEvent<SVGSVGElement>) => void;
    readonly onPointerUp: (event: PointerEvent<SVGSVGElement>) => void;
    readonly onPointerCancel: (event: PointerEvent<SVGSVGElement>) => void;
  };
}

/** A pointer that moved so little was meant as a click. */
const CLICK_PX = 4;
const WHEEL_FACTOR = 1.0016;

/** Moves and enlarges the chart by mouse, touch and keys; until a person does, it shows all of it, or what is lit. */
export function useView(drawing: Drawing, lit: Box | null): ChartView {
  const frame = useRef<SVGSVGElement>(null);
  const [size, setSize] = useState<Size | null>(null);
  /** Null: nobody has moved it. */
  const [moved, setMoved] = useState<View | null>(null);
  useLayoutEffect(() => watchSize(frame.current!, setSize), []);
  const natural = size && naturalView(drawing, lit, size);
  const view = moved ?? natural;
  useEffect(() => {
    // Whoever has enlarged a part still sees where the account goes.
    if (size && lit) setMoved((before) => before && inSight(before, lit, drawing, size));
  }, [drawing, lit, size]);
  const change = (how: (view: View, size: Size) => View): void => {
    if (size) setMoved((before) => how(before ?? naturalView(drawing, lit, size), size));
  };
  const zoomTo = (factor: number, at?: Point): void =>
    change((before, { width, height }) => zoomAt(before, at ?? { x: width / 2, y: height / 2 }, factor));
  const shift = (dx: number, dy: number): void => change((before, now) => move(before, dx, dy, drawing, now));
  useWheel(frame, zoomTo);
  return {
    frame,
    view,
    size,
    zoom: (factor) => zoomTo(factor),
    shift,
    fitAll: () => change((_, now) => fit(drawing, now)),
    show: (part) => change((before, now) => inSight(before, part, drawing, now)),
    pointers: usePointers(shift, zoomTo),
  };
}

const inSight = (view: View, part: Box, drawing: Drawing, size: Size): View =>
  shows(view, part, size) ? view : centre(part, drawing, size, view.scale);

function watchSize(element: SVGSVGElement, tell: (size: Size) => void): () => void {
  const watch = new ResizeObserver(() => tell({ width: element.clientWidth, height: element.clientHeight }));
  tell({ width: element.clientWidth, height: element.clientHeight });
  watch.observe(element);
  return () => watch.disconnect();
}

/** With Ctrl or ⌘, and by pinching on a trackpad, which says the same; the wheel alone scrolls the page. */
function useWheel(frame: RefObject<SVGSVGElement | null>, zoom: (factor: number, at: Point) => void): void {
  const latest = useRef(zoom);
  useEffect(() => void (latest.current = zoom));
  useEffect(() => {
    const element = frame.current!;
    const turn = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault(); // React listens passively and could not
      const { left, top } = element.getBoundingClientRect();
      latest.current(WHEEL_FACTOR ** -event.deltaY, { x: event.clientX - left, y: event.clientY - top });
    };
    element.addEventListener('wheel', turn, { passive: false });
    return () => element.removeEventListener('wheel', turn);
  }, [frame]);
}

/** One pointer moves, two enlarge and move. Of one finger that goes up or down the browser makes scrolling, and cancels it here. */
function usePointers(
  shift: (dx: number, dy: number) => void,
  zoom: (factor: number, at: Point) => void,
): ChartView['pointers'] {
  const down = useRef(new Map<number, Point>());
  const travelled = useRef(0);
  const end = ({ pointerId }: PointerEvent<SVGSVGElement>): void => void down.current.delete(pointerId);
  return {
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      if (down.current.size === 0) travelled.current = 0;
      down.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    },
    onPointerMove: (event) => {
      const before = down.current.get(event.pointerId);
      if (!before) return;
      const here = { x: event.clientX, y: event.clientY };
      const [dx, dy] = [here.x - before.x, here.y - before.y];
      travelled.current += Math.abs(dx) + Math.abs(dy);
      if (travelled.current < CLICK_PX) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const other = [...down.current].find(([id]) => id !== event.pointerId)?.[1];
      down.current.set(event.pointerId, here);
      if (!other) return shift(dx, dy);
      shift(dx / 2, dy / 2);
      const { left, top } = event.currentTarget.getBoundingClientRect();
      const middle = { x: (here.x + other.x) / 2 - left, y: (here.y + other.y) / 2 - top };
      zoom(distance(here, other) / (distance(before, other) || 1), middle);
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
