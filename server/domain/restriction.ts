/**
 * Restriction (限定用途): the sectors, localities or projects that a giver allows. `null` means any.
 * A fund holds money of exactly one restriction, so equal restrictions must have equal keys.
 */
import type { InputFault } from './errors.ts';

export interface Restriction {
  readonly sectors: readonly string[] | null;
  readonly localities: readonly string[] | null;
  readonly projects: readonly string[] | null;
}

export const UNRESTRICTED: Restriction = { sectors: null, localities: null, projects: null };

export function isUnrestricted(restriction: Restriction): boolean {
  return restriction.sectors === null && restriction.localities === null && restriction.projects === null;
}

/** The same restriction in its one form: each list sorted, without repeats. */
export function normalizeRestriction(restriction: Restriction): Restriction {
  const list = (codes: readonly string[] | null) => (codes === null ? null : [...new Set(codes)].sort());
  return {
    sectors: list(restriction.sectors),
    localities: list(restriction.localities),
    projects: list(restriction.projects),
  };
}

/** One text per restriction, whatever the order of its lists; `any` for unrestricted. */
export function restrictionKey(restriction: Restriction): string {
  const { sectors, localities, projects } = normalizeRestriction(restriction);
  const part = (name: string, codes: readonly string[] | null) =>
    codes === null ? [] : [`${name}=${codes.join('+')}`];
  const parts = [
    ...part('sectors', sectors),
    ...part('localities', localities),
    ...part('projects', projects),
  ];
  return parts.length === 0 ? 'any' : parts.join(';');
}

export interface Placed {
  readonly id: string;
  readonly sector: string;
  readonly locality: string;
}

/** True when money under this restriction may be spent on the project. */
export function permits(restriction: Restriction, project: Placed): boolean {
  return (
    (restriction.sectors?.includes(project.sector) ?? true) &&
    (restriction.localities?.includes(project.locality) ?? true) &&
    (restriction.projects?.includes(project.id) ?? true)
  );
}

/** What a restriction may name: the codes that exist in the region (and, for projects, the ids that are open). */
export interface KnownCodes {
  readonly sectors: ReadonlySet<string>;
  readonly localities: ReadonlySet<string>;
  readonly projects: ReadonlySet<string>;
}

/** Every unknown code and every empty list, each with the path of its place. An empty list would allow nothing. */
export function faultsOfRestriction(restriction: Restriction, known: KnownCodes, path: string): InputFault[] {
  const faults: InputFault[] = [];
  const check = (name: 'sectors' | 'localities' | 'projects', what: string) => {
    const codes = restriction[name];
    if (codes === null) return;
    if (codes.length === 0) {
      faults.push({
        path: `${path}.${name}`,
        reason: 'empty-list',
        message: `Name at least one ${what}, or leave the list out to allow any.`,
      });
    }
    codes.forEach((code, index) => {
      if (known[name].has(code)) return;
      faults.push({
        path: `${path}.${name}[${index}]`,
        reason: `unknown-${what}`,
        message: `There is no ${what} "${code}" in this region. Choose one from the list.`,
      });
    });
  };
  check('sectors', 'sector');
  check('localities', 'locality');
  check('projects', 'project');
  return faults;
}
