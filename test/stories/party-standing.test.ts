/** What the foundation knows of a party: documents, verification, who is related to it, and where it is paid. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IdAlreadyUsed, InvalidInput, NotPermitted, WrongState } from '../../server/domain/errors.ts';
import { ChangedSinceSeen, NotYetApproved, SamePersonTwice } from '../../server/domain/four-eyes.ts';
import { creditCodeCheckDigit } from '../../server/domain/party.ts';
import { NotVerifiable, RelatedParty } from '../../server/domain/party-standing.ts';
import { findParty, registerParty } from '../../server/services/parties.ts';
import {
  addPartyDocument,
  declareRelation,
  endRelation,
  listRelations,
  OwnRegistration,
  readPartyDocument,
  verificationOf,
  verifyParty,
} from '../../server/services/party-standing.ts';
import {
  approvePayeeChange,
  ChangeUnderWay,
  executePayeeChange,
  proposePayeeChange,
  withdrawPayeeChange,
} from '../../server/services/payee-changes.ts';
import { openFoundation, type Foundation } from '../support/foundation.ts';

type Someone = ReturnType<Foundation['as']>;

const PDF = new TextEncoder().encode('%PDF-1.7 certificate');
const OLD_ACCOUNT = { bankName: '湖滨银行', accountNumber: '622200-1' };
const NEW_ACCOUNT = { bankName: '湖滨银行', accountNumber: '622200-2' };

let foundation: Foundation;
let programme: Someone;
let finance: Someone;
let approver: Someone;
let owner: Someone;
let party: string;
let registered = 0;

beforeAll(async () => {
  foundation = await openFoundation();
  programme = foundation.as('Zhou Min', ['programme-officer']);
  finance = foundation.as('Li Zhen', ['finance-officer']);
  approver = foundation.as('Chen Jing', ['approver']);
});
afterAll(() => foundation.close());

beforeEach(async () => {
  foundation.clock.advance(60_000);
  party = await register();
  owner = foundation.as('Wang Fang', [], [{ partyId: party, role: 'owner' }]);
});

async function register(): Promise<string> {
  const id = randomUUID();
  registered += 1;
  const first = `52310118${String(registered).padStart(9, '0')}`;
  const creditCode = `${first}${creditCodeCheckDigit(first)}`;
  const name = { zh: '湖滨健康', en: 'Lake Health' };
  const rest = { name, locality: null, creditCode, bankAccount: OLD_ACCOUNT };
  await registerParty(programme, { id, kind: 'social-organization', ...rest });
  return id;
}

const bring = (by: Someone, change: Partial<Parameters<typeof addPartyDocument>[1]> = {}) =>
  addPartyDocument(by, {
    ...{ id: randomUUID(), party, kind: 'registration-certificate', title: 'Certificate' },
    ...{ validUntil: null, bytes: PDF, ...change },
  });

const verify = (by: Someone, outcome: 'verified' | 'refused' = 'verified') =>
  verifyParty(by, { id: randomUUID(), party, outcome, note: 'Compared with the register.' });

const standing = async () =>
  (await verificationOf(finance, await findParty(foundation.database, party)))?.outcome ?? null;

describe('a document', () => {
  it('is brought by the organization or by staff, and read by both and by nobody else', async () => {
    const { _id: id } = await bring(owner);
    const { bytes } = await readPartyDocument(finance, { party, id });
    expect(Buffer.from(bytes).toString()).toContain('certificate');
    await readPartyDocument(owner, { party, id });
    const stranger = foundation.as('Stranger', [], [{ partyId: randomUUID(), role: 'owner' }]);
    await expect(readPartyDocument(stranger, { party, id })).rejects.toThrow(NotPermitted);
    await expect(bring(stranger)).rejects.toThrow(NotPermitted);
    await expect(readPartyDocument(foundation.anyone, { party, id })).rejects.toThrow('Sign in');
  });

  it('keeps its bytes: another file under the same id is refused', async () => {
    const { _id: id } = await bring(owner);
    expect(await bring(owner, { id })).toMatchObject({ _id: id });
    const other = new TextEncoder().encode('%PDF-1.7 another');
    await expect(bring(owner, { id, bytes: other })).rejects.toThrow(IdAlreadyUsed);
  });

  it('that is a page or a program is not taken, whatever it is called', async () => {
    const page = new TextEncoder().encode('<html><script>');
    await expect(bring(owner, { bytes: page, title: 'certificate.pdf' })).rejects.toThrow(InvalidInput);
  });
});

describe('verification', () => {
  it('needs the certificate, and somebody who neither registered the party nor brought it', async () => {
    await expect(verify(finance)).rejects.toThrow(NotVerifiable);
    await bring(owner);
    await expect(verify(programme)).rejects.toThrow(OwnRegistration);
    expect(await standing()).toBeNull();
    await verify(finance);
    expect(await standing()).toBe('verified');
    const other = foundation.as('Zhao Ping', ['programme-officer']);
    await bring(other);
    await expect(verify(other)).rejects.toThrow(OwnRegistration);
  });

  it('can be refused without a certificate, and the latest one holds', async () => {
    await verify(finance, 'refused');
    expect(await standing()).toBe('refused');
    foundation.clock.advance(1_000);
    await bring(owner);
    await verify(finance);
    expect(await standing()).toBe('verified');
  });
});

describe('a related person', () => {
  it('is kept out by what they declared, until somebody else ends the relation', async () => {
    await bring(owner);
    const relation = await declareRelation(finance, {
      ...{ id: null, person: null, party, kind: 'board' as const, note: 'Director since 2024' },
    });
    await expect(verify(finance)).rejects.toThrow(RelatedParty);
    await expect(endRelation(finance, relation._id)).rejects.toThrow(NotPermitted);
    expect(await listRelations(approver, party)).toHaveLength(1);
    await endRelation(programme, relation._id);
    await verify(finance);
    expect(await listRelations(approver, party)).toEqual([]);
  });

  it('does not end their own relation, even if they keep the register', async () => {
    const { _id } = await declareRelation(programme, {
      ...{ id: null, person: null, party, kind: 'family' as const, note: '' },
    });
    await expect(endRelation(programme, _id)).rejects.toThrow('relation');
  });
});

describe('another bank account', () => {
  const propose = (by: Someone = programme) =>
    proposePayeeChange(by, { id: randomUUID(), party, account: NEW_ACCOUNT, reason: 'Letter of the bank' });

  const accountNow = async () => (await findParty(foundation.database, party)).bankAccount;

  it('is proposed, approved and put in force by three people', async () => {
    const { _id: id, control } = await propose();
    const seen = { id, digest: control.digest };
    const both = foundation.as('Zhou Min', ['approver', 'finance-officer']);
    await expect(approvePayeeChange(both, seen)).rejects.toThrow(SamePersonTwice);
    await expect(executePayeeChange(finance, seen)).rejects.toThrow(NotYetApproved);
    await approvePayeeChange(approver, seen);
    expect(await accountNow()).toMatchObject(OLD_ACCOUNT);
    const approverToo = foundation.as('Chen Jing', ['approver', 'finance-officer']);
    await expect(executePayeeChange(approverToo, seen)).rejects.toThrow(SamePersonTwice);
    await executePayeeChange(finance, seen);
    expect(await accountNow()).toMatchObject(NEW_ACCOUNT);
    await expect(executePayeeChange(finance, seen)).rejects.toThrow(WrongState);
  });

  it('is approved as it was seen, by nobody related to the payee', async () => {
    const { _id: id, control } = await propose();
    await expect(approvePayeeChange(approver, { id, digest: 'other' })).rejects.toThrow(ChangedSinceSeen);
    const cousin = foundation.as('Xu Lan', ['approver']);
    await declareRelation(cousin, { id: null, person: null, party, kind: 'family', note: '' });
    const seen = { id, digest: control.digest };
    await expect(approvePayeeChange(cousin, seen)).rejects.toThrow(RelatedParty);
    await approvePayeeChange(approver, seen);
  });

  it('waits for one decision at a time, also where two propose at once', async () => {
    const racing = await Promise.allSettled([
      propose(),
      propose(foundation.as('Zhao', ['programme-officer'])),
    ]);
    expect(racing.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const first = racing.find((one) => one.status === 'fulfilled')?.value;
    await expect(propose()).rejects.toThrow(ChangeUnderWay);
    await withdrawPayeeChange(programme, first?._id ?? '');
    await propose();
  });
});
