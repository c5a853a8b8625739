/**
 * The fewest payments that settle net positions: the parties are split into as many groups that balance
 * among themselves as possible, and a group of n settles in n − 1 payments. Invariant: nobody who is
 * owed pays, nobody who owes is paid, and no one moves more than their position.
 */

/** A payment between two positions, by index. */
export interface Transfer {
  readonly from: number;
  readonly to: number;
  readonly amount: bigint;
}

/**
 * @param nets above zero: is owed; below zero: owes. Where they do not sum to zero, the difference lies
 *   outside the group, and what is owed to or by the outside is left out.
 */
export function fewestTransfers(nets: readonly bigint[]): Transfer[] {
  const outside = -nets.reduce((sum, net) => sum + net, 0n);
  const open = [...nets, outside].map((net, index) => ({ net, index })).filter(({ net }) => net !== 0n);
  const transfers: Transfer[] = [];
  for (const group of balancedGroups(open.map(({ net }) => net))) {
    const members = group.flatMap((position) => open[position] ?? []);
    transfers.push(...settleGroup(members));
  }
  return transfers
    .filter(({ from, to }) => from < nets.length && to < nets.length)
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

/** Splits positions that sum to zero into the most groups that each sum to zero. */
function balancedGroups(nets: readonly bigint[]): number[][] {
  if (nets.length === 0) return [];
  // What balances without the last position leaves a part with it that balances as well.
  const withoutLast = zeroSums(nets.slice(0, -1));
  if (!withoutLast.includes(1)) return [[...nets.keys()]];
  const size = 2 * withoutLast.length;
  const balanced = new Uint8Array(size);
  balanced.set(withoutLast);
  balanced.set(withoutLast.toReversed(), withoutLast.length);
  balanced[size - 1] = 1;
  const groups = new Uint8Array(size);
  for (let mask = 1; mask < size; mask += 1) {
    let most = 0;
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      const without = groups[mask ^ (rest & -rest)] ?? 0;
      if (without > most) most = without;
    }
    groups[mask] = most + (balanced[mask] ?? 0);
  }
  return unwind(groups, balanced, size - 1, nets.length);
}

/** Walks back from all positions; whenever what is left balances, the positions taken since are a group. */
function unwind(groups: Uint8Array, balanced: Uint8Array, whole: number, count: number): number[][] {
  const found: number[][] = [];
  let mask = whole;
  let group: number[] = [];
  while (mask !== 0) {
    const wanted = (groups[mask] ?? 0) - (balanced[mask] ?? 0);
    for (let position = 0; position < count; position += 1) {
      const bit = 1 << position;
      if ((mask & bit) === 0 || (groups[mask ^ bit] ?? 0) !== wanted) continue;
      group.push(position);
      mask ^= bit;
      break;
    }
    if (mask === 0 || balanced[mask] === 1) {
      found.push(group);
      group = [];
    }
  }
  return found;
}

/** By bit mask, 1 for the positions that sum to zero; 0 for none of them. */
function zeroSums(nets: readonly bigint[]): Uint8Array {
  const size = 1 << nets.length;
  const balanced = new Uint8Array(size);
  const magnitude = nets.reduce((sum, net) => sum + (net < 0n ? -net : net), 0n);
  if (magnitude <= BigInt(Number.MAX_SAFE_INTEGER)) {
    const sums = new Float64Array(size);
    const numbers = nets.map(Number);
    for (let mask = 1; mask < size; mask += 1) {
      const sum = (sums[mask & (mask - 1)] ?? 0) + (numbers[31 - Math.clz32(mask & -mask)] ?? 0);
      sums[mask] = sum;
      if (sum === 0) balanced[mask] = 1;
    }
    return balanced;
  }
  const sums = new Array<bigint>(size).fill(0n);
  for (let mask = 1; mask < size; mask += 1) {
    const sum = (sums[mask & (mask - 1)] ?? 0n) + (nets[31 - Math.clz32(mask & -mask)] ?? 0n);
    sums[mask] = sum;
    if (sum === 0n) balanced[mask] = 1;
  }
  return balanced;
}

function settleGroup(members: readonly { net: bigint; index: number }[]): Transfer[] {
  const debtors = members.filter(({ net }) => net < 0n).sort((a, b) => a.index - b.index);
  const creditors = members.filter(({ net }) => net > 0n).sort((a, b) => a.index - b.index);
  const transfers: Transfer[] = [];
  let position = 0;
  let owed = creditors[0]?.net ?? 0n;
  for (const debtor of debtors) {
    let debt = -debtor.net;
    while (debt > 0n) {
      const creditor = creditors[position];
      if (creditor === undefined) throw new Error('A group of positions does not balance.');
      const amount = debt < owed ? debt : owed;
      if (amount > 0n) transfers.push({ from: debtor.index, to: creditor.index, amount });
      debt -= amount;
      owed -= amount;
      if (owed === 0n) {
        position += 1;
        owed = creditors[position]?.net ?? 0n;
      }
    }
  }
  return transfers;
}
