/** The statements of the books: which one and for which days stands in the address; every figure opens its entries. */
import { useSearchParams } from 'react-router';
import { TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { WorkspacePage } from '../../../components/workspace-page.tsx';
import { today } from '../../../lib/today.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';
import { ActivitiesTable } from './activities-table.tsx';
import { ExportLinks } from './export-links.tsx';
import { FundsTable } from './funds-table.tsx';
import { PositionTable } from './position-table.tsx';
import { ReceivablesTable } from './receivables-table.tsx';

const REPORTS = ['activities', 'funds', 'position', 'receivables'] as const;

export interface Days {
  readonly from: string;
  readonly through: string;
}

/** The year so far, unless the address says otherwise. */
function daysOf(params: URLSearchParams): Days {
  const day = (name: string, otherwise: string) => {
    const text = params.get(name) ?? '';
    return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : otherwise;
  };
  const through = day('through', today());
  return { from: day('from', `${through.slice(0, 4)}-01-01`), through };
}

export function StatementsPage() {
  const { t } = useLanguage();
  const [params] = useSearchParams();
  const report = REPORTS.find((one) => one === params.get('report')) ?? 'activities';
  const days = daysOf(params);
  return (
    <WorkspacePage
      title={t(`statements:report.${report}`)}
      back={{ href: paths.ledger(), name: t('workspace:nav.ledger') }}
      lead={<p>{t(`statements:lead.${report}`)}</p>}
      actions={<ExportLinks table={report} asked={{ ...days }} />}
    >
      <nav className="filter-links" aria-label={t('statements:title')}>
        {REPORTS.map((one) => (
          <a
            key={one}
            href={paths.statements({ report: one, ...days })}
            aria-current={one === report ? 'page' : undefined}
          >
            {t(`statements:report.${one}`)}
          </a>
        ))}
      </nav>
      <DaysFields days={days} asOf={report === 'position' || report === 'receivables'} />
      {report === 'activities' && <ActivitiesTable {...days} />}
      {report === 'funds' && <FundsTable {...days} />}
      {report === 'position' && <PositionTable asOf={days.through} />}
      {report === 'receivables' && <ReceivablesTable asOf={days.through} />}
    </WorkspacePage>
  );
}

/** A statement as of a day asks for that day alone. */
function DaysFields({ days, asOf }: { readonly days: Days; readonly asOf: boolean }) {
  const { t } = useLanguage();
  const [params, setParams] = useSearchParams();
  const field = (name: keyof Days, label: string) => (
    <TextField
      id={`statement-${name}`}
      type="date"
      label={label}
      value={days[name]}
      onChange={(event) => {
        if (event.target.value === '') return;
        const next = new URLSearchParams(params);
        next.set(name, event.target.value);
        setParams(next, { replace: true });
      }}
    />
  );
  return (
    <div className="audit-filter">
      {!asOf && field('from', t('statements:from'))}
      {field('through', asOf ? t('ledger:asOf') : t('statements:through'))}
    </div>
  );
}
