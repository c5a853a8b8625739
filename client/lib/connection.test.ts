import { CombinedError } from 'urql';
import { describe, expect, it } from 'vitest';
import { createConnectionNews } from './connection.ts';

const answered = { data: { viewer: { person: { name: '林' } } } };
const unreachable = {
  data: undefined,
  error: new CombinedError({ networkError: new Error('Failed to fetch') }),
};
const signedOut = { data: { registerParty: { code: 'SIGN_IN_REQUIRED' } } };

describe('how the window stands with the server', () => {
  it('is told by each answer', () => {
    const news = createConnectionNews();
    expect(news.heard(answered, news.sent())).toEqual({ reachable: true });
    expect(news.heard(unreachable, news.sent())).toEqual({ reachable: false });
    expect(news.heard(answered, news.sent())).toEqual({ reachable: true });
    expect(news.heard(signedOut, news.sent())).toEqual({ reachable: true, ended: true });
  });

  it('is not told by a late answer to what was asked before the connection broke', () => {
    const news = createConnectionNews();
    const early = news.sent();
    news.broke();
    expect(news.heard(answered, early)).toEqual({});
    expect(news.heard(signedOut, early)).toEqual({ ended: true });
    expect(news.heard(answered, news.sent())).toEqual({ reachable: true });
  });

  it('knows a failed answer for a break', () => {
    const news = createConnectionNews();
    const slow = news.sent();
    news.heard(unreachable, news.sent());
    expect(news.heard(answered, slow)).toEqual({});
  });
});
