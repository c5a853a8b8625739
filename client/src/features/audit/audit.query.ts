/** What the page of the audit log asks of the API. */
import { graphql } from '../../../lib/graphql.ts';

export const AuditLog = graphql(`
  query AuditLog(
    $thing: String
    $concept: String
    $action: AuditAction
    $since: DateTime
    $until: DateTime
    $first: Int!
    $after: ID
  ) {
    auditLog(
      thing: $thing
      concept: $concept
      action: $action
      since: $since
      until: $until
      first: $first
      after: $after
    ) {
      items {
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
      next
    }
  }
`);
