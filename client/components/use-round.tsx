/** The round that a list is about: the one in the address, or the newest. */
import { useSearchParams } from 'react-router';
import { graphql } from '../lib/graphql.ts';
import type { LocalizedText } from '../lib/locale.ts';
import { useData } from '../lib/use-data.ts';
import { SelectField } from './form-field.tsx';
import { useLanguage } from './locale-context.tsx';

const RoundsToChoose = graphql(`
  query RoundsToChoose {
    rounds {
      id
      code
      status
      title {
        zh
        en
      }
    }
  }
`);

interface RoundChoice {
  readonly id: string;
  readonly code: string;
  readonly status: 'OPEN' | 'ALLOCATED';
  readonly title: LocalizedText;
}

/** Undefined while the rounds are read, null when there is none. */
export function useRound(): { round: RoundChoice | null | undefined; rounds: readonly RoundChoice[] } {
  const [search] = useSearchParams();
  const { data } = useData(RoundsToChoose, {});
  const rounds = data?.rounds ?? [];
  const round =
    data === undefined
      ? undefined
      : (rounds.find(({ code }) => code === search.get('round')) ?? rounds[0] ?? null);
  return { round, rounds };
}

/** Chooses the round of a list; the choice stands in the address. */
export function RoundChooser({ rounds, chosen }: { rounds: readonly RoundChoice[]; chosen: string }) {
  const { t, read } = useLanguage();
  const [, setSearch] = useSearchParams();
  if (rounds.length < 2) return null;
  return (
    <div className="chooser">
      <SelectField
        id="round"
        label={t('workspace:field.round')}
        options={rounds.map(({ code, title }) => ({ value: code, label: read(title) }))}
        value={chosen}
        onChange={(event) => setSearch({ round: event.target.value })}
      />
    </div>
  );
}
