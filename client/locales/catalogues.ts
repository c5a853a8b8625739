/** All texts of the site by language and namespace; the Chinese catalogue gives the keys their types. */
import auditEn from './en/audit.json' with { type: 'json' };
import accountEn from './en/account.json' with { type: 'json' };
import allocationEn from './en/allocation.json' with { type: 'json' };
import allocationsEn from './en/allocations.json' with { type: 'json' };
import awardsEn from './en/awards.json' with { type: 'json' };
import bankEn from './en/bank.json' with { type: 'json' };
import booksEn from './en/books.json' with { type: 'json' };
import catalogueEn from './en/catalogue.json' with { type: 'json' };
import commonEn from './en/common.json' with { type: 'json' };
import compensationEn from './en/compensation.json' with { type: 'json' };
import componentsEn from './en/components.json' with { type: 'json' };
import costsEn from './en/costs.json' with { type: 'json' };
import disbursementsEn from './en/disbursements.json' with { type: 'json' };
import donationEn from './en/donation.json' with { type: 'json' };
import errorEn from './en/error.json' with { type: 'json' };
import fundsEn from './en/funds.json' with { type: 'json' };
import giftsEn from './en/gifts.json' with { type: 'json' };
import giveEn from './en/give.json' with { type: 'json' };
import homeEn from './en/home.json' with { type: 'json' };
import myGivingEn from './en/myGiving.json' with { type: 'json' };
import imbalanceEn from './en/imbalance.json' with { type: 'json' };
import labEn from './en/lab.json' with { type: 'json' };
import journalEn from './en/journal.json' with { type: 'json' };
import ledgerEn from './en/ledger.json' with { type: 'json' };
import partiesEn from './en/parties.json' with { type: 'json' };
import peopleEn from './en/people.json' with { type: 'json' };
import policiesEn from './en/policies.json' with { type: 'json' };
import pledgesEn from './en/pledges.json' with { type: 'json' };
import projectEn from './en/project.json' with { type: 'json' };
import proposalsEn from './en/proposals.json' with { type: 'json' };
import queueEn from './en/queue.json' with { type: 'json' };
import refusalEn from './en/refusal.json' with { type: 'json' };
import reportEn from './en/report.json' with { type: 'json' };
import reportsEn from './en/reports.json' with { type: 'json' };
import reportsAdminEn from './en/reportsAdmin.json' with { type: 'json' };
import roundEn from './en/round.json' with { type: 'json' };
import roundsEn from './en/rounds.json' with { type: 'json' };
import statementsEn from './en/statements.json' with { type: 'json' };
import verifyEn from './en/verify.json' with { type: 'json' };
import workspaceEn from './en/workspace.json' with { type: 'json' };
import allocation from './zh-CN/allocation.json' with { type: 'json' };
import allocations from './zh-CN/allocations.json' with { type: 'json' };
import awards from './zh-CN/awards.json' with { type: 'json' };
import bank from './zh-CN/bank.json' with { type: 'json' };
import books from './zh-CN/books.json' with { type: 'json' };
import catalogue from './zh-CN/catalogue.json' with { type: 'json' };
import common from './zh-CN/common.json' with { type: 'json' };
import compensation from './zh-CN/compensation.json' with { type: 'json' };
import components from './zh-CN/components.json' with { type: 'json' };
import costs from './zh-CN/costs.json' with { type: 'json' };
import disbursements from './zh-CN/disbursements.json' with { type: 'json' };
import donation from './zh-CN/donation.json' with { type: 'json' };
import error from './zh-CN/error.json' with { type: 'json' };
import funds from './zh-CN/funds.json' with { type: 'json' };
import gifts from './zh-CN/gifts.json' with { type: 'json' };
import give from './zh-CN/give.json' with { type: 'json' };
import home from './zh-CN/home.json' with { type: 'json' };
import myGiving from './zh-CN/myGiving.json' with { type: 'json' };
import imbalance from './zh-CN/imbalance.json' with { type: 'json' };
import lab from './zh-CN/lab.json' with { type: 'json' };
import journal from './zh-CN/journal.json' with { type: 'json' };
import ledger from './zh-CN/ledger.json' with { type: 'json' };
import parties from './zh-CN/parties.json' with { type: 'json' };
import people from './zh-CN/people.json' with { type: 'json' };
import account from './zh-CN/account.json' with { type: 'json' };
import audit from './zh-CN/audit.json' with { type: 'json' };
import policies from './zh-CN/policies.json' with { type: 'json' };
import pledges from './zh-CN/pledges.json' with { type: 'json' };
import project from './zh-CN/project.json' with { type: 'json' };
import proposals from './zh-CN/proposals.json' with { type: 'json' };
import queue from './zh-CN/queue.json' with { type: 'json' };
import refusal from './zh-CN/refusal.json' with { type: 'json' };
import report from './zh-CN/report.json' with { type: 'json' };
import reports from './zh-CN/reports.json' with { type: 'json' };
import reportsAdmin from './zh-CN/reportsAdmin.json' with { type: 'json' };
import round from './zh-CN/round.json' with { type: 'json' };
import rounds from './zh-CN/rounds.json' with { type: 'json' };
import statements from './zh-CN/statements.json' with { type: 'json' };
import verify from './zh-CN/verify.json' with { type: 'json' };
import workspace from './zh-CN/workspace.json' with { type: 'json' };

const chinese = {
  allocation,
  allocations,
  awards,
  bank,
  books,
  catalogue,
  common,
  compensation,
  components,
  disbursements,
  donation,
  error,
  costs,
  funds,
  gifts,
  give,
  home,
  imbalance,
  lab,
  journal,
  ledger,
  myGiving,
  parties,
  people,
  account,
  audit,
  policies,
  pledges,
  project,
  proposals,
  queue,
  refusal,
  report,
  reports,
  reportsAdmin,
  round,
  rounds,
  statements,
  verify,
  workspace,
};

const english = {
  allocation: allocationEn,
  allocations: allocationsEn,
  awards: awardsEn,
  bank: bankEn,
  books: booksEn,
  catalogue: catalogueEn,
  common: commonEn,
  compensation: compensationEn,
  components: componentsEn,
  disbursements: disbursementsEn,
  donation: donationEn,
  error: errorEn,
  costs: costsEn,
  funds: fundsEn,
  gifts: giftsEn,
  give: giveEn,
  home: homeEn,
  imbalance: imbalanceEn,
  lab: labEn,
  journal: journalEn,
  ledger: ledgerEn,
  myGiving: myGivingEn,
  parties: partiesEn,
  people: peopleEn,
  account: accountEn,
  audit: auditEn,
  policies: policiesEn,
  pledges: pledgesEn,
  project: projectEn,
  proposals: proposalsEn,
  queue: queueEn,
  refusal: refusalEn,
  report: reportEn,
  reports: reportsEn,
  reportsAdmin: reportsAdminEn,
  round: roundEn,
  rounds: roundsEn,
  statements: statementsEn,
  verify: verifyEn,
  workspace: workspaceEn,
};

export type Catalogue = typeof chinese;

export const catalogues = { 'zh-CN': chinese, en: english };
