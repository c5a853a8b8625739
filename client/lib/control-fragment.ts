/** What every screen with a thing under four eyes asks of its signatures. */
import { graphql } from './graphql.ts';
import type { ResultOf } from './graphql.ts';

export const ControlFields = graphql(`
  fragment ControlFields on Control {
    digest
    approvalsMissing
    councilMissing
    readerPart
    proposedBy {
      name
    }
    approvals {
      name
      stands
    }
  }
`);

export type ControlAnswer = ResultOf<typeof ControlFields>;
