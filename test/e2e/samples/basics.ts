/** What several samples of the API share: texts in both languages, money, who may approve, and things that others name. */

export const text = (zh: string, en: string) => ({ zh, en });

/** A page that is the last. */
export const pageOf = <Row>(items: readonly Row[]) => ({ items, next: null });

export const money = (yuan: number) => ({ amountMinor: `${yuan}00`, currency: 'CNY' });

/** One more approval is needed, and the reader may give it. */
export const controlOf = (proposer: string, ...approvers: readonly string[]) => ({
  ...{ digest: 'digest', approvalsMissing: 1, councilMissing: false, readerPart: null },
  proposedBy: { name: proposer, at: '2026-03-02T02:00:00Z' },
  approvals: approvers.map((name) => ({ name, stands: true, at: '2026-03-03T06:30:00Z' })),
  executedBy: null,
});

export const anyUse = { sectors: null, localities: null, projectTitles: null };

export const project = {
  id: 'project',
  title: text('嘉善罗星街道跨区域养老日托中心', 'Cross-border day centre for the elderly, Luoxing'),
  need: money(5_640_000),
};

export const fund = { id: 'f1', name: text('嘉善县财政局认捐', 'Pledge of Jiashan County Finance Bureau') };
