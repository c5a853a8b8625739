/** Loads a problem of `share` from a file into the form: the same file that the command reads. */
import { useState } from 'react';
import { MOST_IN_TABLE } from '../../../../server/domain/compensation.ts';
import { parseShareProblem, type ShareProblem } from '../../../../server/domain/matching/share.ts';
import { ProblemFaults } from '../../../../server/domain/matching/problem-format.ts';
import { TextField } from '../../../components/form-field.tsx';
import { useLanguage } from '../../../components/locale-context.tsx';
import { useRegion } from '../../../lib/region.tsx';

interface LoadProblemProps {
  readonly take: (problem: ShareProblem) => void;
}

export function LoadProblem({ take }: LoadProblemProps) {
  const { t } = useLanguage();
  const { localities } = useRegion();
  const [problem, setProblem] = useState<string | null>(null);
  const load = async (file: File | undefined) => {
    setProblem(null);
    if (file === undefined) return;
    try {
      const read = parseShareProblem(JSON.parse(await file.text()));
      const strange = read.parties.find((party) => localities.every(({ code }) => code !== party));
      if (strange !== undefined) setProblem(t('compensation:load.strange', { code: strange }));
      else if (read.costs !== undefined && read.parties.length > MOST_IN_TABLE)
        setProblem(t('compensation:load.tooMany', { most: MOST_IN_TABLE }));
      else take(read);
    } catch (error) {
      const paths = error instanceof ProblemFaults ? error.faults.map(({ path }) => path) : ['$'];
      setProblem(t('compensation:load.faults', { paths: paths.slice(0, 5).join(t('common:listSeparator')) }));
    }
  };
  return (
    <TextField
      id="problem-file"
      type="file"
      accept="application/json,.json"
      label={t('compensation:load.title')}
      hint={t('compensation:load.hint')}
      error={problem ?? undefined}
      onChange={(event) => void load(event.target.files?.[0])}
    />
  );
}
