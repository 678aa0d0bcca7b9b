import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js';
import type { ChartEdge, ChartGraph, ChartState } from './chart-graph.js';
import { linesOf } from './edge-label.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}
/** Where everything lies, in pixels of the chart at its natural size. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly states: Readonly<Record<string, Box>>;
  readonly edges: Readonly<Record<string, { readonly points: readonly Point[]; readonly label: Box | null }>>;
}

/** What comes with the page: see layout.ts. */
export interface ShippedDrawing {
  /** Of what ELK was asked for. */
  readonly fingerprint: string;
  readonly drawing: Drawing;
}

/** As styles/inspector-chart.css sets them: ELK has to know how large a text is before anybody draws it. */
const NAME_CHAR_PX = { upper: 10.6, lower: 9.3 } as const;
const LABEL_CHAR_PX = 6.7;
export const LABEL_LINE_PX = 15;
/** In a line: room for the dot that tells who speaks, and a margin. */
export const LABEL_DOT_PX = 12;
const LABEL_MARGIN_PX = 4;
/** Room for any of them, so that the drawing is the same whatever the deadlines are set to. */
const DELAY_CHARS = 7;
const LEAF_PX = { widthMin: 104, height: 42, besideName: 34 } as const;
const HEAD_PX = 30;

/** Ports where the shared ways of a state leave and come in: so they run together as one line for as long as they can. */
const SHARED_OUT = ' out';
const SHARED_IN = ' in';

const SPACING = {
  'elk.algorithm': 'layered',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.spacing.nodeNode': '20',
  'elk.spacing.edgeNode': '10',
  'elk.spacing.edgeEdge': '9',
  'elk.spacing.edgeLabel': '2',
  'elk.layered.spacing.nodeNodeBetweenLayers': '18',
  'elk.layered.spacing.edgeNodeBetweenLayers': '10',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '8',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  // The definition begins with rest and goes on to the connection: so does the drawing.
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
} as const;
const WHOLE = {
  ...SPACING,
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'SEPARATE_CHILDREN',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.padding': '[top=16,left=16,bottom=16,right=16]',
} as const;
const STATUS = {
  ...SPACING,
  'elk.direction': 'DOWN',
  'elk.padding': `[top=${HEAD_PX + 10},left=14,bottom=14,right=14]`,
} as const;

export function toElk({ states, edges }: ChartGraph): ElkNode {
  const childrenOf = (parent: string | null): ElkNode[] =>
    states.filter((state) => state.parent === parent).map((state) => nodeOf(state, childrenOf(state.id), edges));
  const across = edges.filter(({ from, to }) => statusOf(from) !== statusOf(to));
  return { id: '', layoutOptions: WHOLE, children: childrenOf(null), edges: across.map(elkEdgeOf) };
}

export function readElk(root: ElkNode): Drawing {
  const states: Record<string, Box> = {};
  const walk = (node: ElkNode): void => {
    for (const child of node.children ?? []) {
      states[child.id] = boxOf(child);
      walk(child);
    }
  };
  walk(root);
  const all = [root, ...(root.children ?? [])].flatMap(({ edges = [] }) => edges);
  const edges = all.map((edge) => [
    edge.id,
    { points: pointsOf(edge), label: edge.labels?.[0] ? boxOf(edge.labels[0]) : null },
  ]);
  return {
    width: round(root.width ?? 0),
    height: round(root.height ?? 0),
    states,
    edges: Object.fromEntries(edges) as Drawing['edges'],
  };
}

function nodeOf({ id, name, hasChildren }: ChartState, children: ElkNode[], edges: readonly ChartEdge[]): ElkNode {
  const shared = edges.filter(({ own }) => own.length === 0);
  const ports = [
    ...(shared.some(({ from }) => from === id) ? [{ id: `${id}${SHARED_OUT}`, width: 0, height: 0 }] : []),
    ...(shared.some(({ to }) => to === id) ? [{ id: `${id}${SHARED_IN}`, width: 0, height: 0 }] : []),
  ];
  const width = Math.max(LEAF_PX.widthMin, widthOf(name) + LEAF_PX.besideName);
  if (!hasChildren) return { id, ports, width, height: LEAF_PX.height };
  const within = edges.filter(({ from, to }) => statusOf(from) === id && statusOf(to) === id && from !== id);
  const minimum = { 'elk.nodeSize.constraints': 'MINIMUM_SIZE', 'elk.nodeSize.minimum': `(${width + 60},${HEAD_PX})` };
  return { id, ports, children, edges: within.map(elkEdgeOf), layoutOptions: { ...STATUS, ...minimum } };
}

function widthOf(name: string): number {
  const uppers = name.replaceAll(/[^A-Z]/g, '').length;
  return uppers * NAME_CHAR_PX.upper + (name.length - uppers) * NAME_CHAR_PX.lower;
}

function elkEdgeOf({ id, from, to, own }: ChartEdge): ElkExtendedEdge {
  const lines = linesOf(own);
  if (lines.length === 0) return { id, sources: [`${from}${SHARED_OUT}`], targets: [`${to}${SHARED_IN}`] };
  const charsMax = Math.max(
    ...lines.map(
      ({ name, condition, delayMs }) => name.length + condition.length + (delayMs === null ? 0 : DELAY_CHARS),
    ),
  );
  const label = {
    id: `${id} label`,
    text: '…', // ELK finds no place for a label without one; how large it is, is said below
    width: charsMax * LABEL_CHAR_PX + LABEL_DOT_PX + 2 * LABEL_MARGIN_PX,
    height: lines.length * LABEL_LINE_PX + 2,
  };
  return { id, sources: [from], targets: [to], labels: [label] };
}

const statusOf = (state: string): string => state.split('.', 1)[0]!;

function boxOf({ x = 0, y = 0, width = 0, height = 0 }: Partial<Box>): Box {
  return { x: round(x), y: round(y), width: round(width), height: round(height) };
}

function pointsOf({ sections = [] }: ElkExtendedEdge): readonly Point[] {
  const points = sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]);
  return points.map(({ x, y }) => ({ x: round(x), y: round(y) }));
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Tells what was asked for from anything else that may be asked: FNV-1a, and how long it is. */
export function fingerprint(asked: ElkNode): string {
  const text = JSON.stringify(asked);
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return `${(hash >>> 0).toString(16)}-${text.length}`;
}
