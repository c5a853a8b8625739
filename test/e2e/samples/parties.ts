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

export const partyAnswers = {
  Parties: { parties },
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
  PartiesToChoose: { parties },
  Organizations: { organizations: parties },
};
