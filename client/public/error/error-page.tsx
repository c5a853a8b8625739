/** What a visitor sees when a page is not there or the server failed: what happened and where to go. */
import { useLanguage } from '../../components/locale-context.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { paths } from '../paths.ts';
import type { PublicPage } from '../public-page.ts';

interface ErrorData {
  readonly kind: 'notFound' | 'failed' | 'busy' | 'refused';
  /** The number under which a defect was logged; a visitor may quote it. */
  readonly reference: string | null;
}

export const errorPage: PublicPage<ErrorData> = {
  head: (data, { t }) => ({
    title: t(`error:${data.kind}.title`),
    description: t(`error:${data.kind}.text`),
    private: true,
  }),
  Body: ErrorBody,
};

function ErrorBody({ data }: { data: ErrorData }) {
  const { locale, t } = useLanguage();
  return (
    <div className="narrow">
      <PageHeader title={t(`error:${data.kind}.title`)} lead={<p>{t(`error:${data.kind}.text`)}</p>} />
      {data.reference !== null && (
        <p>
          {t('error:reference')} <span className="code">{data.reference}</span>
        </p>
      )}
      <p className="page-actions">
        <a className="button" href={paths.home(locale)}>
          {t('error:home')}
        </a>
      </p>
    </div>
  );
}
