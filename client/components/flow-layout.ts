/**
 * Places the nodes, labels and ribbons of a flow. The labels come first: the outer columns leave the room that they
 * take, and rows stand as far apart as their lines need, so that none is cut or crossed. Heights are proportional to amounts within one drawing; a node
 * is as high as the larger of what enters and what leaves it, and ribbons keep the order of the nodes so
 * that they cross as little as that order allows.
 */
import { textWidth, wrapLabel } from './flow-labels.ts';

export interface FlowNode {
  readonly id: string;
  readonly label: string;
  /** The column it stands in, from the left, starting at 0. */
  readonly column: number;
}

export interface FlowLink {
  readonly from: string;
  readonly to: string;
  readonly amountMinor: string;
}

export interface FlowBox {
  readonly node: FlowNode;
  readonly amountMinor: bigint;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly labelX: number;
  readonly labelLines: readonly string[];
  readonly labelSide: 'left' | 'right';
}

interface FlowRibbon {
  readonly id: string;
  readonly column: number;
  readonly path: string;
}

interface FlowLayout {
  readonly height: number;
  readonly boxes: readonly FlowBox[];
  readonly ribbons: readonly FlowRibbon[];
}

const BOX_WIDTH = 10;
const LABEL_GAP = 10;
/** Labels are broken into lines of at most this width. */
const LABEL_WIDTH = 150;
export const LINE_HEIGHT = 16;
/** Between the lowest line of a label and the highest of the next. */
const BETWEEN_LABELS = 6;
/** What a row of average size is high beside its gap. */
const ROW_BODY = 20;
/** Amounts are scaled to whole parts of the largest column before they become lengths on the drawing. */
const PARTS = 1_000_000n;

interface FlowOptions {
  readonly width: number;
  readonly fontSize: number;
  /** What stands beside a node: its name and what is said under it, each broken into lines where it is long. */
  readonly labelOf: (node: FlowNode, amountMinor: bigint) => readonly string[];
}

export function layOutFlow(
  nodes: readonly FlowNode[],
  links: readonly FlowLink[],
  { width, fontSize, labelOf }: FlowOptions,
): FlowLayout {
  const amounts = new Map(nodes.map((node) => [node.id, amountOf(node.id, links)]));
  const present = nodes.filter((node) => (amounts.get(node.id) ?? 0n) > 0n);
  const labels = new Map(
    present.map((node) => {
      const texts = labelOf(node, amounts.get(node.id) ?? 0n);
      return [node.id, texts.flatMap((text) => wrapLabel(text, LABEL_WIDTH, fontSize))];
    }),
  );
  const lastColumn = Math.max(0, ...present.map((node) => node.column));
  const columns = Array.from({ length: lastColumn + 1 }, (_, column) =>
    present.filter((node) => node.column === column),
  );
  const rows = Math.max(1, ...columns.map((column) => column.length));
  const lines = Math.max(1, ...[...labels.values()].map((label) => label.length));
  const gapAtLeast = lines * LINE_HEIGHT + BETWEEN_LABELS;
  const innerHeight = rows * (gapAtLeast + ROW_BODY);
  const padding = gapAtLeast / 2;
  const largest = columns
    .map((column) => column.reduce((sum, node) => sum + (amounts.get(node.id) ?? 0n), 0n))
    .reduce((most, total) => (total > most ? total : most), 1n);
  const room = innerHeight - (rows - 1) * gapAtLeast;
  const lengthOf = (amountMinor: bigint) => (Number((amountMinor * PARTS) / largest) / Number(PARTS)) * room;
  const roomOf = (column: readonly FlowNode[]) =>
    LABEL_GAP +
    Math.max(0, ...column.flatMap(({ id }) => labels.get(id) ?? []).map((line) => textWidth(line, fontSize)));
  const left = roomOf(columns[0] ?? []);
  const right = lastColumn === 0 ? 0 : roomOf(columns[lastColumn] ?? []);
  const step = lastColumn === 0 ? 0 : (width - left - right - BOX_WIDTH) / lastColumn;

  const boxes = columns.flatMap((column, index) => {
    const filled = column.reduce((sum, node) => sum + lengthOf(amounts.get(node.id) ?? 0n), 0);
    const spare = innerHeight - filled;
    const gap = column.length > 1 ? spare / (column.length - 1) : 0;
    let y = padding + (column.length > 1 ? 0 : spare / 2);
    return column.map((node): FlowBox => {
      const amountMinor = amounts.get(node.id) ?? 0n;
      const height = Math.max(1.5, lengthOf(amountMinor));
      const x = left + index * step;
      const labelSide = index === 0 ? 'left' : 'right';
      const box: FlowBox = {
        node,
        amountMinor,
        x,
        y,
        width: BOX_WIDTH,
        height,
        labelX: labelSide === 'left' ? x - LABEL_GAP : x + BOX_WIDTH + LABEL_GAP,
        labelSide,
        labelLines: labels.get(node.id) ?? [],
      };
      y += lengthOf(amountMinor) + gap;
      return box;
    });
  });
  return { height: innerHeight + 2 * padding, boxes, ribbons: layRibbons(boxes, links, lengthOf) };
}

function amountOf(id: string, links: readonly FlowLink[]): bigint {
  let entering = 0n;
  let leaving = 0n;
  for (const link of links) {
    if (link.to === id) entering += BigInt(link.amountMinor);
    if (link.from === id) leaving += BigInt(link.amountMinor);
  }
  return entering > leaving ? entering : leaving;
}

function layRibbons(
  boxes: readonly FlowBox[],
  links: readonly FlowLink[],
  lengthOf: (amountMinor: bigint) => number,
): FlowRibbon[] {
  const order = new Map(boxes.map((box, index) => [box.node.id, index]));
  const placeOf = (id: string) => order.get(id) ?? boxes.length;
  const sorted = [...links].sort(
    (a, b) => placeOf(a.from) - placeOf(b.from) || placeOf(a.to) - placeOf(b.to),
  );
  const left = new Map(boxes.map((box) => [box.node.id, box.y]));
  const entered = new Map(boxes.map((box) => [box.node.id, box.y]));
  const ribbons: FlowRibbon[] = [];
  for (const link of sorted) {
    const from = boxes[placeOf(link.from)];
    const to = boxes[placeOf(link.to)];
    const thickness = lengthOf(BigInt(link.amountMinor));
    if (from === undefined || to === undefined || thickness <= 0) continue;
    const y1 = left.get(link.from) ?? from.y;
    const y2 = entered.get(link.to) ?? to.y;
    left.set(link.from, y1 + thickness);
    entered.set(link.to, y2 + thickness);
    ribbons.push({
      id: `${link.from} ${link.to}`,
      column: from.node.column,
      path: ribbonPath(from.x + from.width, y1, to.x, y2, Math.max(thickness, 0.75)),
    });
  }
  return ribbons;
}

function ribbonPath(x1: number, y1: number, x2: number, y2: number, thickness: number): string {
  const middle = round((x1 + x2) / 2);
  const [top1, top2, low1, low2] = [y1, y2, y1 + thickness, y2 + thickness].map(round);
  return `M${round(x1)} ${top1}C${middle} ${top1} ${middle} ${top2} ${round(x2)} ${top2}V${low2}C${middle} ${low2} ${middle} ${low1} ${round(x1)} ${low1}Z`;
}

function round(length: number): number {
  return Math.round(length * 100) / 100;
}
