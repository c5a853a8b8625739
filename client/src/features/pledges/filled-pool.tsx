/** The matching pool that a pledge fills: what is left in it, and its page. */
import { Amount } from '../../../components/amount.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { graphql } from '../../../lib/graphql.ts';
import { useRegion } from '../../../lib/region.tsx';
import { useData } from '../../../lib/use-data.ts';
import { workspacePaths as paths } from '../../../lib/workspace-paths.ts';

const FilledPoolQuery = graphql(`
  query FilledPool($id: ID!) {
    matchingPool(id: $id) {
      id
      round
      status
      ratio
      name {
        zh
        en
      }
      position {
        availableMinor
      }
    }
    rounds {
      id
      code
    }
  }
`);

export function FilledPool({ id }: { readonly id: string }) {
  const { t, read } = useLanguage();
  const { currency } = useRegion();
  const { data } = useData(FilledPoolQuery, { id });
  if (data === undefined) return null;
  const { matchingPool: pool, rounds } = data;
  const code = rounds.find((round) => round.id === pool.round)?.code;
  const name = read(pool.name);
  return (
    <p className="note">
      {t('pledges:pool.fills')} {code === undefined ? name : <a href={paths.pool(code, id)}>{name}</a>} ·{' '}
      {t('pledges:pool.ratio', { ratio: pool.ratio })} · {t('pledges:pool.left')}{' '}
      <Amount money={{ amountMinor: pool.position.availableMinor, currency }} as="exact" />
    </p>
  );
}
