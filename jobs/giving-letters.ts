/** The letters of giving; the attempts of each outlast a mail server that is down for a day. */
import { sendGivingLink } from '../server/services/giving/request-giving-link.ts';
import { sendReceipt } from '../server/services/giving/send-donation-thanks.ts';
import { sendMonthlyLetter } from '../server/services/giving/send-monthly-letter.ts';
import { askForStatements, sendStatement } from '../server/services/giving/send-statement.ts';
import { sendTransferInstructions } from '../server/services/giving/send-transfer-instructions.ts';
import type { LetterOutcome } from '../server/services/letters/send-letter.ts';
import type { Job, Log } from './job.ts';

const MAX_ATTEMPTS = 17;

function logRefusal(log: Log, outcome: LetterOutcome, about: object): void {
  if (outcome === 'refused') log.error(about, 'The mail server refuses this donor’s address for good.');
}

export const sendTransferInstructionsJob: Job<'send-transfer-instructions'> = {
  name: 'send-transfer-instructions',
  maxAttempts: MAX_ATTEMPTS,
  async perform(platform, { donationId }, log) {
    logRefusal(log, await sendTransferInstructions(platform, donationId), { donationId });
  },
};

export const sendReceiptJob: Job<'send-receipt'> = {
  name: 'send-receipt',
  maxAttempts: MAX_ATTEMPTS,
  async perform(platform, { donationId, occasion }, log) {
    logRefusal(log, await sendReceipt(platform, donationId, occasion), { donationId });
  },
};

export const sendMonthlyLetterJob: Job<'send-monthly-letter'> = {
  name: 'send-monthly-letter',
  maxAttempts: MAX_ATTEMPTS,
  async perform(platform, { monthlyGivingId, occasion }, log) {
    logRefusal(log, await sendMonthlyLetter(platform, monthlyGivingId, occasion), { monthlyGivingId });
  },
};

export const sendGivingLinkJob: Job<'send-giving-link'> = {
  name: 'send-giving-link',
  maxAttempts: MAX_ATTEMPTS,
  async perform(platform, { linkId }, log) {
    logRefusal(log, await sendGivingLink(platform, linkId), { linkId });
  },
};

export const sendStatementJob: Job<'send-statement'> = {
  name: 'send-statement',
  maxAttempts: MAX_ATTEMPTS,
  async perform(platform, { linkId, year }, log) {
    logRefusal(log, await sendStatement(platform, linkId, year), { linkId });
  },
};

/** On the tenth of January, when the receipts of the old year are all issued. */
export const askForStatementsJob: Job<'ask-for-statements'> = {
  name: 'ask-for-statements',
  maxAttempts: 3,
  schedule: '0 1 10 1 *',
  async perform(platform, _payload, log) {
    log.info({ asked: await askForStatements(platform) }, 'Statements of the last year were asked for.');
  },
};
