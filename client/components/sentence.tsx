/**
 * A translated sentence with marked parts, such as `See <report>the report</report>.` A sentence stays
 * whole in its catalogue, so each language keeps its own order of words.
 */
import { Fragment } from 'react';
import type { ReactNode } from 'react';
import type { MessageKey, MessageValues } from '../lib/i18n.ts';
import { useLanguage } from './locale-context.tsx';

interface SentenceProps {
  readonly of: MessageKey;
  readonly values?: MessageValues;
  /** How each marked part is shown, by the name of its mark. */
  readonly parts: Readonly<Record<string, (text: string) => ReactNode>>;
}

const MARKED = /<(\w+)>(.*?)<\/\1>/gs;

export function Sentence({ of, values, parts }: SentenceProps) {
  const { t } = useLanguage();
  const text = t(of, values);
  const pieces: ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKED)) {
    const [whole, mark = '', inner = ''] = match;
    pieces.push(text.slice(end, match.index), parts[mark]?.(inner) ?? inner);
    end = match.index + whole.length;
  }
  pieces.push(text.slice(end));
  return pieces.map((piece, index) => <Fragment key={index}>{piece}</Fragment>);
}
