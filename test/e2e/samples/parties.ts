/** Answers about parties: whom the foundation deals with. */
import { text, controlOf } from './basics.ts';

export const parties = [
  {
    id: 'p1',
    kind: 'GOVERNMENT',
    name: text('青浦区民政局', 'Qingpu Civil Affairs Bureau'),
    locality: '310118',
    creditCode: '11310118MB2F30123X',
  },
  {
    id: 'p2',
    kind: 'ENTERPRISE',
    name: text('太浦河实业集团', 'Taipu River Industries'),
    locality: '320509',
    creditCode: null,
  },
  {
    id: 'p3',
    kind: 'SOCIAL_ORGANIZATION',
    name: text('嘉善县银龄社会服务中心', 'Jiashan Silver Age Social Services'),
    locality: '330421',
    creditCode: null,
  },
];

/** More than the API gives at once. */
const many = [
  ...parties,
  ...Array.from({ length: 250 }, (_, number) => ({
    ...{ id: `many-${number + 1}`, kind: 'SOCIAL_ORGANIZATION', locality: '330421', creditCode: null },
    name: text(`社区服务社 ${number + 1}`, `Community Service ${number + 1}`),
  })),
];

interface Asked {
  readonly search?: string | null;
  readonly only?: string | null;
  readonly kind?: string | null;
  readonly first?: number;
  readonly after?: string | null;
}

/** As the API answers: words of the name, one by its id, a page after another. */
function pageOfMany({ search, only, kind, first = 20, after }: Asked) {
  const words = (search ?? '').toLowerCase().split(' ');
  const found = many.filter(
    ({ id, name, kind: own }) =>
      words.every((word) => `${name.zh} ${name.en}`.toLowerCase().includes(word)) &&
      (only ?? id) === id &&
      (kind ?? own) === own,
  );
  const from = Number(after ?? 0);
  const end = from + first;
  return { items: found.slice(from, end), next: end < found.length ? String(end) : null };
}

export const partyAnswers = {
  Parties: (asked: Asked) => ({ parties: pageOfMany(asked) }),
  OneParty: {
    party: {
      __typename: 'QueryPartySuccess',
      data: {
        ...parties[2],
        creditCode: '91350100M000100Y43',
        bankAccount: { bankName: '嘉善农商银行', accountNumber: '6222000011112222' },
        accountDoubt: { disbursement: 'sent-back', on: '2026-10-12', reason: '退汇：账户已销户' },
        verification: {
          ...{ outcome: 'VERIFIED', note: '与登记证书核对一致' },
          by: { name: '李珍', at: '2026-03-02T02:00:00Z' },
        },
        documents: [
          {
            ...{ id: 'd1', kind: 'REGISTRATION_CERTIFICATE', title: '民办非企业单位登记证书' },
            ...{ validUntil: '2028-12-31', path: '/party-documents/p3/d1', addedBy: { name: '周敏' } },
          },
        ],
        payeeChanges: [
          {
            ...{ id: 'c1', status: 'PROPOSED', reason: '开户行变更函 2026-03' },
            before: { bankName: '嘉善农商银行', accountNumber: '6222000011112222' },
            after: { bankName: '浙江农商银行', accountNumber: '6222000033334444' },
            control: controlOf('周敏'),
          },
        ],
      },
    },
    relations: [{ id: 'r1', personName: '陈静', kind: 'BOARD', note: '理事' }],
  },
  PartiesToChoose: (asked: Asked) => ({ parties: pageOfMany(asked) }),
  Organizations: (asked: Asked) => ({ organizations: pageOfMany(asked) }),
};
