/**
 * The flow network of a market: classes of funds → (hubs of cells) → slots → cells. A slot is one
 * project, or all projects of a cell that no fund can tell apart. Invariant: every lawful payment is a
 * path, and every path a lawful payment.
 */
import type { Market } from './eligibility.ts';

export interface Slot {
  readonly cell: number;
  /** Projects, in order of id. */
  readonly members: readonly number[];
  readonly needMinor: bigint;
}

export interface FundingNetwork {
  readonly slots: readonly Slot[];
  /** The slot of a project, or -1 when it takes no part. */
  readonly slotOf: Int32Array;
  /** Nodes: classes first, then hubs, slots and cells. */
  readonly firstHub: number;
  readonly firstSlot: number;
  readonly firstCell: number;
  readonly nodeCount: number;
  /** Arcs that bring money to slots. */
  readonly arcs: { from: number[]; to: number[]; capacity: (bigint | null)[] };
}

/** Builds the network of the projects that take part: those with a need that are not dropped. */
export function buildFundingNetwork(market: Market, takesPart: (project: number) => boolean): FundingNetwork {
  const { slots, slotOf } = gatherSlots(market, takesPart);
  const firstHub = market.classes.length;
  const firstSlot = firstHub + market.cells.length;
  const firstCell = firstSlot + slots.length;
  const arcs: FundingNetwork['arcs'] = { from: [], to: [], capacity: [] };
  const connect = (from: number, to: number, capacity: bigint | null): void => {
    arcs.from.push(from);
    arcs.to.push(to);
    arcs.capacity.push(capacity);
  };
  const occupied = new Set(slots.map((slot) => slot.cell));
  for (const [index, fundClass] of market.classes.entries()) {
    const { cells, projects, capMinor } = fundClass;
    if (cells !== null && capMinor === null) {
      for (const cell of cells) if (occupied.has(cell)) connect(index, firstHub + cell, null);
      continue;
    }
    for (const project of projects ?? cells?.flatMap((cell) => market.cells[cell]?.projects ?? []) ?? []) {
      const slot = slotOf[project] ?? -1;
      if (slot >= 0) connect(index, firstSlot + slot, capMinor);
    }
  }
  for (const [index, slot] of slots.entries()) connect(firstHub + slot.cell, firstSlot + index, null);
  return {
    slots,
    slotOf,
    arcs,
    firstHub,
    firstSlot,
    firstCell,
    nodeCount: firstCell + market.cells.length,
  };
}

function gatherSlots(
  market: Market,
  takesPart: (project: number) => boolean,
): { slots: Slot[]; slotOf: Int32Array } {
  const slots: Slot[] = [];
  const slotOf = new Int32Array(market.projects.length).fill(-1);
  const add = (cell: number, members: readonly number[]): void => {
    if (members.length === 0) return;
    for (const member of members) slotOf[member] = slots.length;
    const needMinor = members.reduce((sum, member) => sum + (market.projects[member]?.needMinor ?? 0n), 0n);
    slots.push({ cell, members, needMinor });
  };
  for (const [index, cell] of market.cells.entries()) {
    const present = cell.projects.filter(takesPart);
    add(
      index,
      present.filter((project) => market.projects[project]?.singular === false),
    );
    for (const project of present) if (market.projects[project]?.singular === true) add(index, [project]);
  }
  return { slots, slotOf };
}
