/** Where a donor without a link asks for one: by the address that they gave under, with one answer for every address. */
import { TextField } from '../../components/form-field.tsx';
import { useLanguage } from '../../components/locale-context.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { paths } from '../paths.ts';
import type { FailedStep } from './my-giving-data.ts';
import type { PublicPage } from '../public-page.ts';

interface GivingLinkData {
  /** What was just done: a link was asked for, all were taken back, the person was erased; or the link is too old. */
  readonly notice: 'asked' | 'revoked' | 'erased' | 'invalid' | null;
  readonly failed: FailedStep | null;
}

export const givingLinkPage: PublicPage<GivingLinkData> = {
  head: (_data, { t }) => ({
    title: t('myGiving:title'),
    description: t('myGiving:ask.lead'),
    private: true,
  }),
  Body: GivingLinkBody,
};

function GivingLinkBody({ data }: { data: GivingLinkData }) {
  const { locale, t } = useLanguage();
  return (
    <div className="narrow">
      <PageHeader title={t('myGiving:title')} lead={<p>{t('myGiving:ask.lead')}</p>} />
      {data.notice !== null && (
        <p className="notice" role="status">
          {t(`myGiving:notice.${data.notice}`)}
        </p>
      )}
      <form className="form" method="post" action={paths.givingLink(locale)} noValidate>
        <TextField
          id="email"
          name="email"
          type="email"
          autoComplete="email"
          label={t('myGiving:ask.email')}
          hint={t('myGiving:ask.hint')}
          defaultValue={data.failed?.typed['email']}
          error={data.failed?.error}
        />
        <button className="button button-wide" type="submit">
          {t('myGiving:ask.send')}
        </button>
      </form>
    </div>
  );
}
