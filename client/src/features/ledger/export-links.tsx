/** Takes what is shown along as a workbook or as text; only for those who may. A refusal is said beside the links. */
import { useState } from 'react';
import { useLanguage } from '../../../components/locale-context.tsx';
import { download } from '../../../lib/download.ts';
import { refusalSentence } from '../../../lib/refusal-sentence.ts';
import { useSession } from '../../../lib/session.tsx';

interface ExportLinksProps {
  readonly table: 'journal' | 'chart' | 'trial-balance' | 'activities' | 'funds' | 'position' | 'receivables';
  /** What the address of the screen asks for. */
  readonly asked: Readonly<Record<string, string | null | undefined>>;
}

const FORMATS = ['xlsx', 'csv'] as const;

type Format = (typeof FORMATS)[number];

export function ExportLinks({ table, asked }: ExportLinksProps) {
  const { t, locale } = useLanguage();
  const { may } = useSession();
  const [making, setMaking] = useState<Format | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  if (!may('ledger.export')) return null;
  const query = new URLSearchParams({ lang: locale === 'en' ? 'en' : 'zh' });
  for (const [name, value] of Object.entries(asked))
    if (value !== null && value !== undefined && value !== '') query.set(name, value);
  const take = async (format: Format, href: string) => {
    if (making !== null) return;
    setMaking(format);
    setProblem(null);
    const outcome = await download(href, `${table}.${format}`);
    setMaking(null);
    if (outcome.kind === 'refused') setProblem(refusalSentence(outcome.refusal, t, locale));
    if (outcome.kind === 'unanswered') setProblem(t('ledger:export.unanswered'));
  };
  return (
    <div className="action">
      <div className="page-actions">
        {FORMATS.map((format) => {
          const href = `/ledger/exports/${table}.${format}?${query.toString()}`;
          return (
            <a
              key={format}
              className="button button-quiet"
              href={href}
              download
              aria-disabled={making !== null}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                void take(format, href);
              }}
            >
              {making === format ? t('ledger:export.making') : t(`ledger:export.${format}`)}
            </a>
          );
        })}
      </div>
      {problem !== null && (
        <p className="action-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
