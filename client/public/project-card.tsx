/** A project in a list: what it is, where, for whom, and how far its need is covered. */
import { InclusiveMark } from '../components/inclusive-mark.tsx';
import { useLanguage } from '../components/locale-context.tsx';
import { NeedProgress } from '../components/need-progress.tsx';
import type { MoneyValue } from '../lib/format.ts';
import type { LocalizedText } from '../lib/locale.ts';
import { paths } from './paths.ts';

export interface ProjectSummary {
  readonly id: string;
  readonly title: LocalizedText;
  readonly summary: LocalizedText;
  readonly sector: LocalizedText;
  readonly locality: LocalizedText;
  readonly grantee: LocalizedText;
  /** Open to everyone who lives in the region, whatever their household registration. */
  readonly inclusive: boolean;
  readonly need: MoneyValue;
  readonly funded: MoneyValue;
}

export function ProjectCard({ project }: { project: ProjectSummary }) {
  const { locale, t, read } = useLanguage();
  return (
    <article className="card">
      <p className="card-place">
        {t('common:project.place', { sector: read(project.sector), locality: read(project.locality) })}
      </p>
      <h3 className="card-title">
        <a href={paths.project(locale, project.id)}>{read(project.title)}</a>
      </h3>
      <p className="card-text">{read(project.summary)}</p>
      <p className="card-by">
        {read(project.grantee)} {project.inclusive && <InclusiveMark />}
      </p>
      <NeedProgress need={project.need} funded={project.funded} />
    </article>
  );
}
