/** All texts of the site by language and namespace; the Chinese catalogue gives the keys their types. */
import commonEn from './en/common.json' with { type: 'json' };
import catalogueEn from './en/catalogue.json' with { type: 'json' };
import componentsEn from './en/components.json' with { type: 'json' };
import donationEn from './en/donation.json' with { type: 'json' };
import errorEn from './en/error.json' with { type: 'json' };
import giveEn from './en/give.json' with { type: 'json' };
import homeEn from './en/home.json' with { type: 'json' };
import projectEn from './en/project.json' with { type: 'json' };
import reportEn from './en/report.json' with { type: 'json' };
import reportsEn from './en/reports.json' with { type: 'json' };
import roundEn from './en/round.json' with { type: 'json' };
import common from './zh-CN/common.json' with { type: 'json' };
import catalogue from './zh-CN/catalogue.json' with { type: 'json' };
import components from './zh-CN/components.json' with { type: 'json' };
import donation from './zh-CN/donation.json' with { type: 'json' };
import error from './zh-CN/error.json' with { type: 'json' };
import give from './zh-CN/give.json' with { type: 'json' };
import home from './zh-CN/home.json' with { type: 'json' };
import project from './zh-CN/project.json' with { type: 'json' };
import report from './zh-CN/report.json' with { type: 'json' };
import reports from './zh-CN/reports.json' with { type: 'json' };
import round from './zh-CN/round.json' with { type: 'json' };

const chinese = {
  common,
  catalogue,
  components,
  donation,
  error,
  give,
  home,
  project,
  report,
  reports,
  round,
};

const english = {
  common: commonEn,
  catalogue: catalogueEn,
  components: componentsEn,
  donation: donationEn,
  error: errorEn,
  give: giveEn,
  home: homeEn,
  project: projectEn,
  report: reportEn,
  reports: reportsEn,
  round: roundEn,
};

export type Catalogue = typeof chinese;

export const catalogues = { 'zh-CN': chinese, en: english };
