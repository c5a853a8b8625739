/** Who prepared, approved and executed a thing under four eyes, and when: also long after. */
import { graphql } from '../lib/graphql.ts';
import type { ResultOf } from '../lib/graphql.ts';
import { formatInstant } from '../lib/format.ts';
import { FactList } from './fact-list.tsx';
import { useLanguage } from './locale-context.tsx';

export const SignersFields = graphql(`
  fragment SignersFields on Control {
    proposedBy {
      name
      at
    }
    approvals {
      name
      at
      stands
    }
    executedBy {
      name
      at
    }
  }
`);

interface Signature {
  readonly name: string;
  readonly at: string;
}

interface SignersProps {
  readonly control: ResultOf<typeof SignersFields>;
  /** What the first and the last step are called of this thing; proposing and executing unless said otherwise. */
  readonly prepared?: string;
  readonly executed?: string;
}

export function Signers({ control, prepared, executed }: SignersProps) {
  const { t, locale } = useLanguage();
  const { proposedBy, approvals, executedBy } = control;
  const said = ({ name, at }: Signature) =>
    t('components:signers.when', { name, time: formatInstant(at, locale) });
  const standing = approvals.filter(({ stands }) => stands || executedBy !== null);
  return (
    <section className="section" aria-labelledby="signers">
      <h2 id="signers">{t('components:signers.title')}</h2>
      <FactList
        facts={[
          { name: prepared ?? t('components:signers.prepared'), value: said(proposedBy) },
          {
            name: t('components:signers.approved'),
            value:
              standing.length === 0
                ? t('components:signers.nobody')
                : standing.map(said).join(t('common:listSeparator')),
          },
          {
            name: executed ?? t('components:signers.executed'),
            value: executedBy === null ? t('components:signers.nobody') : said(executedBy),
          },
        ]}
      />
    </section>
  );
}
