/** Reads the keys of coalitions, ids in order joined with "+", by a tree of the ids, because a million keys are too many to take apart as strings. */

const PLUS = '+'.charCodeAt(0);
const NOBODY = -1;
/** The row of the tree to which whatever is no id leads, and which nothing leaves. */
const NOWHERE = 0;

/**
 * @param parties their ids in order, each once, none with a "+"
 * @returns what reads a key: the coalition's bit mask, or 0 for a key that is no coalition
 */
export function coalitionReader(parties: readonly string[]): (key: string) => number {
  const { symbolOf, edges, partyAt, root } = treeOf(parties);
  /** With the party whose id ends at a row; 0 where none does, or where a later party is in the coalition already. */
  const joinedBy = (row: number, mask: number): number => {
    const party = partyAt[row] ?? NOBODY;
    return party === NOBODY || mask >> party !== 0 ? 0 : mask | (1 << party);
  };
  return (key) => {
    let mask = 0;
    let row = root;
    for (let at = 0; at < key.length; at += 1) {
      const code = key.charCodeAt(at);
      if (code === PLUS) {
        mask = joinedBy(row, mask);
        if (mask === 0) return 0;
        row = root;
      } else row = edges[row + (symbolOf[code] ?? 0)] ?? NOWHERE;
    }
    return joinedBy(row, mask);
  };
}

interface IdTree {
  /** Code units that occur in ids, numbered from 1; 0 is any other. */
  readonly symbolOf: Uint16Array;
  /** By row and symbol, where a row begins: the next row. */
  readonly edges: Int32Array;
  /** By row, the party whose id ends there. */
  readonly partyAt: Int32Array;
  readonly root: number;
}

function treeOf(parties: readonly string[]): IdTree {
  const symbolOf = new Uint16Array(2 ** 16);
  let width = 1;
  let rows = 2;
  for (const id of parties) {
    rows += id.length;
    for (let at = 0; at < id.length; at += 1) {
      const code = id.charCodeAt(at);
      if (symbolOf[code] !== 0) continue;
      symbolOf[code] = width;
      width += 1;
    }
  }
  const edges = new Int32Array(rows * width);
  const partyAt = new Int32Array(rows * width).fill(NOBODY);
  const root = width;
  let end = 2 * width;
  for (const [party, id] of parties.entries()) {
    let row = root;
    for (let at = 0; at < id.length; at += 1) {
      const edge = row + (symbolOf[id.charCodeAt(at)] ?? 0);
      if (edges[edge] === NOWHERE) {
        edges[edge] = end;
        end += width;
      }
      row = edges[edge] ?? NOWHERE;
    }
    partyAt[row] = party;
  }
  return { symbolOf, edges, partyAt, root };
}
