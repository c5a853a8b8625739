/** Holds everybody to the operation limits: counts what a document asks for before any of it is executed. */
import {
  getOperationAST,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { ServiceContext } from '../services/context.ts';
import type { Caller, OperationCounts } from '../services/operation-counts.ts';

/** The names of the fields at the root, once for every time that they are asked for. */
export function rootFieldsOf(document: DocumentNode, operationName: string | null): string[] {
  const operation = getOperationAST(document, operationName);
  const fragments = new Map(
    document.definitions
      .filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment.selectionSet]),
  );
  const names: string[] = [];
  const collect = (set: SelectionSetNode | undefined): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) names.push(selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else collect(fragments.get(selection.name.value));
    }
  };
  collect(operation?.selectionSet);
  return names;
}

/** What is about to be executed, as the library leaves it untyped. */
interface Executed {
  readonly document: DocumentNode;
  readonly operationName?: string | null;
}

export function limitOperations(counts: OperationCounts): Plugin<ServiceContext> {
  return {
    async onExecute({ args, setResultAndStopExecution }) {
      const { actor, database } = args.contextValue;
      const [caller, key]: [Caller, string] =
        actor.kind === 'person'
          ? ['person', actor.personId]
          : ['visitor', database.acting?.address ?? 'nowhere'];
      const { document, operationName = null } = args as Executed;
      const isChange = getOperationAST(document, operationName)?.operation === OperationTypeNode.MUTATION;
      const wait = await counts.count({ caller, key }, isChange, rootFieldsOf(document, operationName));
      if (wait > 0) setResultAndStopExecution({ errors: [tooMany(wait)] });
    },
  };
}

function tooMany(waitSeconds: number): GraphQLError {
  const message = `That was asked for too often: wait ${waitSeconds} seconds and try again. Nothing was changed.`;
  return new GraphQLError(message, {
    extensions: {
      code: 'TOO_MANY_OPERATIONS',
      details: [{ name: 'waitSeconds', values: [String(waitSeconds)] }],
      http: { status: 429, headers: { 'retry-after': String(waitSeconds) } },
    },
  });
}
