/** A figure of a statement: exact, a dash for nothing, and a link to its entries where there is one. */
import type { ReactNode } from 'react';
import { Amount } from '../../../components/amount.tsx';
import { useRegion } from '../../../lib/region.tsx';

interface FigureProps {
  readonly amountMinor: string;
  readonly href?: string | undefined;
}

export function Figure({ amountMinor, href }: FigureProps) {
  const { currency } = useRegion();
  if (amountMinor === '0') return <>—</>;
  return <Amount money={{ amountMinor, currency }} as="exact" href={href} />;
}

/** Sums stand out from the lines that they are the sums of. */
export function Sum({ of, children }: { readonly of: boolean; readonly children: ReactNode }) {
  return of ? <strong>{children}</strong> : <>{children}</>;
}
