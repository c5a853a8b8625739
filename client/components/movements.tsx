/** What moved since an allocation was computed: which fund has or which project lacks something else now, from what to what. */
import { graphql } from '../lib/graphql.ts';
import type { ResultOf } from '../lib/graphql.ts';
import type { Outcome } from '../lib/outcome.ts';
import { useRegion } from '../lib/region.tsx';
import { Amount } from './amount.tsx';
import { DataTable } from './data-table.tsx';
import { useLanguage } from './locale-context.tsx';

export const MovedFields = graphql(`
  fragment MovedFields on SnapshotMoved {
    moved {
      beforeMinor
      nowMinor
      movedByRunMinor
      hinders
      fund {
        id
        name {
          zh
          en
        }
      }
      project {
        id
        title {
          zh
          en
        }
      }
    }
  }
`);

export type Moved = ResultOf<typeof MovedFields>['moved'];

/** What moved, where the step was refused because of it; an empty list for any other outcome. */
export function movedOf(outcome: Outcome<unknown>): Moved {
  if (outcome.kind !== 'refused' || !('moved' in outcome.refusal)) return [];
  return outcome.refusal.moved as Moved;
}

export function Movements({ moved }: { moved: Moved }) {
  const { t, read } = useLanguage();
  const { currency } = useRegion();
  if (moved.length === 0) return null;
  const exact = (amountMinor: string) => <Amount money={{ amountMinor, currency }} as="exact" />;
  return (
    <section className="section" aria-labelledby="moved">
      <h2 id="moved">{t('lab:moved.title')}</h2>
      <DataTable
        caption={t('lab:moved.title')}
        captionHidden
        rows={moved}
        rowKey={({ fund, project }) => fund?.id ?? project?.id ?? ''}
        empty={null}
        columns={[
          {
            key: 'what',
            heading: t('lab:moved.what'),
            cell: ({ fund, project }) =>
              fund === null
                ? t('lab:moved.project', { name: project === null ? '—' : read(project.title) })
                : t('lab:moved.fund', { name: read(fund.name) }),
          },
          {
            key: 'before',
            heading: t('lab:moved.before'),
            numeric: true,
            cell: ({ beforeMinor }) => exact(beforeMinor),
          },
          {
            key: 'now',
            heading: t('lab:moved.now'),
            numeric: true,
            cell: ({ nowMinor }) => exact(nowMinor),
          },
          {
            key: 'run',
            heading: t('lab:moved.byRun'),
            numeric: true,
            cell: ({ movedByRunMinor }) => exact(movedByRunMinor),
          },
          {
            key: 'hinders',
            heading: t('lab:moved.effect'),
            cell: ({ hinders }) => t(hinders ? 'lab:moved.hinders' : 'lab:moved.harmless'),
          },
        ]}
      />
    </section>
  );
}
