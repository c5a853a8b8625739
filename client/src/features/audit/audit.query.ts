/** What the page of the audit log asks of the API. */
import { graphql } from '../../../lib/graphql.ts';

export const AuditLog = graphql(`
  query AuditLog(
    $thing: String
    $concept: String
    $action: AuditAction
    $since: DateTime
    $until: DateTime
    $after: ID
  ) {
    auditLog(
      thing: $thing
      concept: $concept
      action: $action
      since: $since
      until: $until
      after: $after
      first: 50
    ) {
      id
      at
      actorKind
      actorName
      address
      action
      concept
      thing
      reason
      changes {
        path
        before
        after
      }
    }
  }
`);
