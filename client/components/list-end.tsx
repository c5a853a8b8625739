/** The end of a list: how much of it is shown, and a press that shows more. What came is told to a screen reader. */
import { useEffect, useRef } from 'react';
import type { Pages } from '../lib/use-pages.ts';
import { useLanguage } from './locale-context.tsx';

interface ListEndProps {
  readonly pages: Pick<Pages<unknown>, 'more' | 'busy' | 'error' | 'again'>;
  readonly shown: number;
}

export function ListEnd({ pages: { more, busy, error, again }, shown }: ListEndProps) {
  const { t } = useLanguage();
  const count = useRef<HTMLParagraphElement>(null);
  const pressed = useRef(false);
  const isEnd = more === null;
  // The button leaves with the last part; whoever pressed it stays here.
  useEffect(() => {
    if (isEnd && pressed.current) count.current?.focus();
    if (isEnd) pressed.current = false;
  }, [isEnd]);
  return (
    <div className="list-end" aria-busy={busy}>
      <p ref={count} className={shown === 0 ? 'visually-hidden' : 'list-count'} role="status" tabIndex={-1}>
        {shown === 0
          ? t('components:list.none')
          : t(isEnd ? 'components:list.shownAll' : 'components:list.shownSome', { count: shown })}
        {error !== undefined && ` ${t('components:list.broken')}`}
      </p>
      {error !== undefined && (
        <button type="button" className="button button-quiet" onClick={again}>
          {t('workspace:read.again')}
        </button>
      )}
      {!isEnd && error === undefined && (
        <button
          type="button"
          className="button button-quiet"
          aria-disabled={busy}
          onClick={() => {
            pressed.current = true;
            if (!busy) more();
          }}
        >
          {t(busy ? 'components:list.coming' : 'components:list.more')}
        </button>
      )}
    </div>
  );
}
