/** Takes what is shown along as a file; only for those who may. */
import { useLanguage } from '../../../components/locale-context.tsx';
import { useSession } from '../../../lib/session.tsx';

interface ExportLinkProps {
  readonly table: 'journal' | 'trial-balance' | 'activities' | 'funds' | 'position' | 'receivables';
  /** What the address of the screen asks for. */
  readonly asked: Readonly<Record<string, string | null | undefined>>;
}

export function ExportLink({ table, asked }: ExportLinkProps) {
  const { t, locale } = useLanguage();
  const { may } = useSession();
  if (!may('ledger.export')) return null;
  const query = new URLSearchParams({ lang: locale === 'en' ? 'en' : 'zh' });
  for (const [name, value] of Object.entries(asked))
    if (value !== null && value !== undefined && value !== '') query.set(name, value);
  return (
    <a className="button button-quiet" href={`/ledger/exports/${table}.csv?${query.toString()}`} download>
      {t('ledger:export')}
    </a>
  );
}
