/**
 * Places the nodes and ribbons of a flow. Heights are proportional to amounts within one drawing; a node
 * is as high as the larger of what enters and what leaves it, and ribbons keep the order of the nodes so
 * that they cross as little as that order allows.
 */
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

interface FlowBox {
  readonly node: FlowNode;
  readonly amountMinor: bigint;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly labelX: number;
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
const GAP = 36;
const ROW_ROOM = 56;
const PADDING = 18;
/** Amounts are scaled to whole parts of the largest column before they become lengths on the drawing. */
const PARTS = 1_000_000n;

export function layOutFlow(
  nodes: readonly FlowNode[],
  links: readonly FlowLink[],
  { width, labelRoom }: { width: number; labelRoom: number },
): FlowLayout {
  const amounts = new Map(nodes.map((node) => [node.id, amountOf(node.id, links)]));
  const present = nodes.filter((node) => (amounts.get(node.id) ?? 0n) > 0n);
  const lastColumn = Math.max(0, ...present.map((node) => node.column));
  const columns = Array.from({ length: lastColumn + 1 }, (_, column) =>
    present.filter((node) => node.column === column),
  );
  const rows = Math.max(1, ...columns.map((column) => column.length));
  const innerHeight = rows * ROW_ROOM;
  const largest = columns
    .map((column) => column.reduce((sum, node) => sum + (amounts.get(node.id) ?? 0n), 0n))
    .reduce((most, total) => (total > most ? total : most), 1n);
  const room = innerHeight - (rows - 1) * GAP;
  const lengthOf = (amountMinor: bigint) => (Number((amountMinor * PARTS) / largest) / Number(PARTS)) * room;
  const step = lastColumn === 0 ? 0 : (width - 2 * labelRoom - BOX_WIDTH) / lastColumn;

  const boxes = columns.flatMap((column, index) => {
    const filled = column.reduce((sum, node) => sum + lengthOf(amounts.get(node.id) ?? 0n), 0);
    const spare = innerHeight - filled;
    const gap = column.length > 1 ? spare / (column.length - 1) : 0;
    let y = PADDING + (column.length > 1 ? 0 : spare / 2);
    return column.map((node): FlowBox => {
      const amountMinor = amounts.get(node.id) ?? 0n;
      const height = Math.max(1.5, lengthOf(amountMinor));
      const x = labelRoom + index * step;
      const labelSide = index === 0 ? 'left' : 'right';
      const labelX = labelSide === 'left' ? x - 10 : x + BOX_WIDTH + 10;
      const box: FlowBox = { node, amountMinor, x, y, width: BOX_WIDTH, height, labelX, labelSide };
      y += lengthOf(amountMinor) + gap;
      return box;
    });
  });
  return { height: innerHeight + 2 * PADDING, boxes, ribbons: layRibbons(boxes, links, lengthOf) };
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
