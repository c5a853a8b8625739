/**
 * The picture that a chat shows beside a shared link: what the page is about and its figures, drawn as SVG from the
 * data of the page, so that it can say nothing that the page does not. The server turns it into PNG, because chats read
 * nothing else.
 */
import { renderToStaticMarkup } from 'react-dom/server';
import { sha256Hex } from '../../server/domain/sha-256.ts';
import { translatorOf } from '../lib/i18n.ts';
import type { Locale } from '../lib/locale.ts';
import { wrapText } from './wrap-text.ts';

/** What the picture of a page says; the page puts it beside its title and description. */
export interface SocialPicture {
  readonly title: string;
  /** A few words above the title: which kind of page it is. */
  readonly above: string;
  /** At most three figures, each with its name. */
  readonly figures: readonly { readonly name: string; readonly value: string }[];
  /** How much of the need is covered, in basis points; null where nothing is to be covered. */
  readonly coveredBasisPoints: number | null;
}

/** Changes with what the picture says, so that a chat that keeps pictures asks for the new one. */
export function socialPictureVersion(picture: SocialPicture): string {
  return sha256Hex(new TextEncoder().encode(JSON.stringify(picture))).slice(0, 12);
}

/** The size that chats ask for, in pixels. */
export const SOCIAL_PICTURE = { width: 1200, height: 630 } as const;

const MARGIN = 80;
const INNER = SOCIAL_PICTURE.width - 2 * MARGIN;
const TITLE_SIZE = 60;
const FONT = 'Noto Sans SC';

const INK = '#16282b';
const SOFT = '#43565a';
const WATER = '#0f5a54';
const LIGHT = '#c9e2dc';

/** The whole picture as SVG; the same picture gives the same text. */
export function socialPictureSvg(picture: SocialPicture, locale: Locale): string {
  const lines = wrapText(picture.title, { sizePixels: TITLE_SIZE, widthPixels: INNER, lines: 3 });
  return renderToStaticMarkup(
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width={SOCIAL_PICTURE.width}
      height={SOCIAL_PICTURE.height}
      fontFamily={FONT}
    >
      <rect width="100%" height="100%" fill="#ffffff" />
      <rect width="100%" height="14" fill={WATER} />
      <Brand name={translatorOf(locale)('common:site.name')} />
      <text x={MARGIN} y={196} fontSize={28} fill={WATER} fontWeight={700}>
        {picture.above}
      </text>
      {lines.map((line, index) => (
        <text
          key={line}
          x={MARGIN}
          y={276 + index * TITLE_SIZE * 1.3}
          fontSize={TITLE_SIZE}
          fontWeight={700}
          fill={INK}
        >
          {line}
        </text>
      ))}
      <Figures figures={picture.figures} />
      {picture.coveredBasisPoints !== null && <Covered basisPoints={picture.coveredBasisPoints} />}
    </svg>,
  );
}

/** The mark of the foundation beside its name; see `components/brand-mark.tsx`. */
function Brand({ name }: { name: string }) {
  return (
    <>
      <g transform={`translate(${MARGIN} 62) scale(1.6)`}>
        <path fill={WATER} d="M3 16a13 13 0 0 1 26 0h-5.2a7.8 7.8 0 0 0-15.6 0Z" />
        <path
          fill="none"
          stroke={WATER}
          strokeWidth="2.2"
          strokeLinecap="round"
          d="M4.2 19.5h23.6M6.4 23.5h19.2M10.6 27.5h10.8"
        />
      </g>
      <text x={MARGIN + 68} y={101} fontSize={32} fontWeight={700} fill={WATER}>
        {name}
      </text>
    </>
  );
}

function Figures({ figures }: Pick<SocialPicture, 'figures'>) {
  const shown = figures.slice(0, 3);
  const column = INNER / Math.max(shown.length, 1);
  return shown.map(({ name, value }, index) => (
    <g key={name} transform={`translate(${MARGIN + index * column} 0)`}>
      <text y={506} fontSize={26} fill={SOFT}>
        {name}
      </text>
      <text y={556} fontSize={44} fontWeight={700} fill={INK}>
        {value}
      </text>
    </g>
  ));
}

function Covered({ basisPoints }: { basisPoints: number }) {
  const share = Math.min(Math.max(basisPoints, 0), 10_000) / 10_000;
  return (
    <>
      <rect x={MARGIN} y={584} width={INNER} height={12} rx={6} fill={LIGHT} />
      {share > 0 && (
        <rect x={MARGIN} y={584} width={Math.max(share * INNER, 12)} height={12} rx={6} fill={WATER} />
      )}
    </>
  );
}
