/** The region's sectors and localities by code, read once for all workspaces. */
import { createContext, use } from 'react';
import type { LocalizedText } from './locale.ts';

interface NamedCode {
  readonly code: string;
  readonly name: LocalizedText;
}

export interface Region {
  readonly currency: string;
  readonly sectors: readonly NamedCode[];
  /** By short name. */
  readonly localities: readonly NamedCode[];
}

export const RegionContext = createContext<Region | null>(null);

export function useRegion(): Region {
  const region = use(RegionContext);
  if (region === null) throw new Error('The region has not been read yet.');
  return region;
}

/** The name behind a code; the code itself when the region no longer knows it. */
export function nameOfCode(list: readonly NamedCode[], code: string): LocalizedText {
  return list.find((one) => one.code === code)?.name ?? { zh: code, en: code };
}
