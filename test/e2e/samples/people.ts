/** Answers about people, their sessions and absences, scripts, and the audit log. */
import { pageOf } from './basics.ts';

export const peopleAnswers = {
  People: {
    people: pageOf([
      {
        ...{ id: 'staff', name: '周敏', email: 'zhou@fund.example', roles: ['PROGRAMME_OFFICER'] },
        ...{ closedAt: null, memberships: [], pending: false, hasSecondFactor: true },
      },
      {
        ...{ id: 'colleague', name: '陈静', email: 'chen@fund.example', roles: ['APPROVER'] },
        ...{ closedAt: null, memberships: [{ partyId: 'p3', role: 'OWNER' }] },
        ...{ pending: true, hasSecondFactor: false },
      },
    ]),
  },
  AuditLog: {
    auditLog: pageOf([
      {
        ...{ id: 'e1', at: '2026-03-02T02:00:00Z', actorKind: 'person', actorName: '周敏' },
        ...{ address: '203.0.113.7', action: 'UPDATE', concept: 'people', thing: 'colleague' },
        reason: '换届',
        changes: [{ path: 'roles', before: '["auditor"]', after: '["approver"]' }],
      },
    ]),
  },
  SessionsOf: {
    sessionsOf: [
      {
        ...{ id: 's1', startedAt: '2026-03-02T02:00:00Z', lastSeenAt: '2026-03-02T03:00:00Z' },
        ...{ address: '203.0.113.7', device: 'Chrome 147 · Linux' },
      },
    ],
  },
  Sessions: {
    sessions: [
      {
        ...{ id: 's1', startedAt: '2026-03-02T02:00:00Z', address: '203.0.113.7', current: true },
        device: 'Chrome 147 · Linux',
      },
      { id: 's2', startedAt: '2026-03-01T02:00:00Z', address: null, current: false, device: null },
    ],
  },
  Absences: {
    absences: [
      {
        ...{ id: 'a1', personId: 'colleague', name: '陈静', roles: ['APPROVER'], standIn: '周敏' },
        ...{ startsOn: '2026-03-02', endsOn: '2026-03-09' },
      },
    ],
  },
  ColleaguesToChoose: {
    colleagues: pageOf([
      { id: 'staff', name: '周敏' },
      { id: 'colleague', name: '陈静' },
    ]),
  },
  ApiTokens: {
    apiTokens: [
      {
        ...{ id: 't1', name: '银行对账脚本', scopes: ['PLEDGE_READ', 'PLEDGE_RECORD_RECEIPT'] },
        ...{ expiresAt: '2026-06-30T02:00:00Z', lastUsedAt: null },
      },
    ],
  },
};
