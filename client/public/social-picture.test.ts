import { describe, expect, it } from 'vitest';
import { socialPictureSvg, socialPictureVersion } from './social-picture.tsx';

const picture = {
  title: '吴江老旧小区 <加装> 电梯',
  above: '吴江 · 社区',
  figures: [
    { name: '需求', value: '120 万元' },
    { name: '已落实', value: '60 万元' },
  ],
  coveredBasisPoints: 5000,
};

describe('the picture for chats', () => {
  it('says what the page says, whatever a title holds', () => {
    const svg = socialPictureSvg(picture, 'zh-CN');
    expect(svg).toContain('区域公共产品供给基金会');
    expect(svg).toContain('&lt;加装&gt;');
    expect(svg).toContain('60 万元');
  });

  it('fills the channel by half when half the need is covered, and not at all when none is', () => {
    const widths = (basisPoints: number | null) =>
      [
        ...socialPictureSvg({ ...picture, coveredBasisPoints: basisPoints }, 'en').matchAll(
          /<rect x="80" y="584" width="(\d+)"/g,
        ),
      ].map(([, width]) => width);
    expect(widths(5000)).toEqual(['1040', '520']);
    expect(widths(0)).toEqual(['1040']);
    expect(widths(13_000)).toEqual(['1040', '1040']);
    expect(widths(null)).toEqual([]);
  });

  it('has another version as soon as it says something else', () => {
    const other = { ...picture, coveredBasisPoints: 5001 };
    expect(socialPictureVersion(picture)).toMatch(/^[0-9a-f]{12}$/);
    expect(socialPictureVersion(other)).not.toBe(socialPictureVersion(picture));
  });
});
