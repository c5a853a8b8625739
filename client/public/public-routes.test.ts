import { describe, expect, it } from 'vitest';
import { paths } from './paths.ts';
import { publicRouteOf } from './public-routes.ts';

const routeOf = (path: string) => {
  const { pathname, searchParams } = new URL(path, 'https://fund.example');
  return publicRouteOf(pathname, searchParams);
};

describe('a public path', () => {
  it('needs a language', () => {
    expect(routeOf('/rounds/2026-1')).toBeNull();
    expect(routeOf('/app')).toBeNull();
  });

  it('leads to the page whose link was made for it', () => {
    expect(routeOf(paths.home('zh-CN'))).toEqual({ locale: 'zh-CN', place: { page: 'home' } });
    expect(routeOf(paths.round('en', '2026-1', { sector: 'health', inclusive: true }))?.place).toEqual({
      page: 'round',
      code: '2026-1',
      filter: { sector: 'health', locality: undefined, inclusive: true },
    });
    expect(routeOf(paths.report('en', 'SF-2026-1', 2))?.place).toEqual({
      page: 'report',
      number: 'SF-2026-1',
      version: 2,
    });
    expect(routeOf(paths.imbalance('en'))?.place).toEqual({ page: 'imbalance' });
    expect(routeOf(paths.give('en', 'a/b'))?.place).toEqual({ page: 'give', project: 'a/b' });
  });

  it('that leads nowhere keeps its language, so that the reader is told in it', () => {
    for (const path of [
      '/en/nowhere',
      '/en/reports/x/v0',
      '/en/rounds',
      '/en/projects/a/b',
      '/en/%E0%A4%A',
    ]) {
      expect(routeOf(path), path).toEqual({ locale: 'en', place: null });
    }
  });
});
