/** What several samples of the API share: texts in both languages, money, who may approve, and things that others name. */

export const text = (zh: string, en: string) => ({ zh, en });

export const money = (yuan: number) => ({ amountMinor: `${yuan}00`, currency: 'CNY' });

/** One more approval is needed, and the reader may give it. */
export const controlOf = (proposer: string, ...approvers: readonly string[]) => ({
  ...{ digest: 'digest', approvalsMissing: 1, councilMissing: false, readerPart: null },
  proposedBy: { name: proposer },
  approvals: approvers.map((name) => ({ name, stands: true })),
});

export const anyUse = { sectors: null, localities: null, projects: null };

export const project = {
  id: 'project',
  title: text('嘉善罗星街道跨区域养老日托中心', 'Cross-border day centre for the elderly, Luoxing'),
  need: money(5_640_000),
};

export const fund = { id: 'f1', name: text('嘉善县财政局认捐', 'Pledge of Jiashan County Finance Bureau') };
