/** The long run: properties that do not say how often they run do so as often as `MATCHING_RUNS` says. */
import fc from 'fast-check';
import { RUNS } from './allocation-problems.ts';

fc.configureGlobal({ numRuns: RUNS });
