/**
 * A flow of whole minor units that can be raised node by node, rerouting where needed: in plain numbers
 * while every sum is exact in them, else in `bigint`.
 */
import { type Arcs, ExactFlow } from './exact-flow.ts';
import { NumberFlow } from './number-flow.ts';

export interface UnitFlow {
  /** Sends as much as possible to the demands; true when every demand is met. */
  run(): boolean;
  /** Brings up to `amount` more into a node from whatever supply is left, and answers how much came. */
  draw(node: number, amount: bigint): bigint;
  flowOn(arc: number): bigint;
}

export function unitFlow(
  nodeCount: number,
  arcs: Arcs,
  supply: readonly bigint[],
  demand: readonly bigint[],
): UnitFlow {
  const total = supply.reduce((sum, amount) => sum + amount, 0n);
  if (total >= BigInt(Number.MAX_SAFE_INTEGER)) return new ExactFlow(nodeCount, arcs, supply, demand);
  const numbers = (amounts: readonly bigint[]): Float64Array => {
    const values = new Float64Array(amounts.length);
    for (const [index, amount] of amounts.entries()) values[index] = Number(amount);
    return values;
  };
  const capacity = new Float64Array(arcs.capacity.length);
  for (const [arc, amount] of arcs.capacity.entries()) {
    capacity[arc] = amount === null ? Infinity : Number(amount);
  }
  const flow = new NumberFlow(nodeCount, arcs.from, arcs.to).load(capacity, numbers(supply), numbers(demand));
  return {
    run: () => flow.run(),
    // More than all supply cannot come, so the conversion loses nothing that matters.
    draw: (node, amount) => BigInt(flow.draw(node, Math.min(Number(amount), Number.MAX_SAFE_INTEGER))),
    flowOn: (arc) => BigInt(flow.flowOn(arc)),
  };
}
