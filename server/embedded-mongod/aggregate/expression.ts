/**
 * Aggregation expressions compiled to functions. Operators on numbers, comparisons, arrays and documents
 * are the engine's own, because they must be exact and must know every BSON type; the rest is mingo's.
 */
import { isPlainObject, setField, getField, type Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import { isTruthy, type CompileExpression } from '../query/match.ts';
import { mingoOperator } from './mingo-operators.ts';
import { operatorTable } from './expression-operators.ts';

export interface Scope {
  readonly document: Doc;
  readonly variables: Readonly<Record<string, unknown>>;
}

export type Evaluate = (scope: Scope) => unknown;

/** What `$$REMOVE` stands for: the field is left out. */
export class ExpressionCompiler {
  /** Top-level fields that are read. */
  readonly fields = new Set<string>();
  everyField = false;

  constructor(private readonly known: ReadonlySet<string> = new Set()) {}

  compile(expression: unknown): Evaluate {
    if (typeof expression === 'string') return this.text(expression);
    if (Array.isArray(expression)) return this.list(expression as unknown[]);
    if (isPlainObject(expression)) return this.document(expression);
    return () => expression;
  }

  list(expressions: readonly unknown[]): (scope: Scope) => unknown[] {
    const items = expressions.map((one) => this.compile(one));
    return (scope) => items.map((item) => item(scope) ?? null);
  }

  private text(expression: string): Evaluate {
    if (!expression.startsWith('$')) return () => expression;
    if (expression.startsWith('$$')) return this.variable(expression.slice(2));
    const path = expression.slice(1).split('.');
    const [first] = path;
    if (first === undefined || path.some((part) => part === '')) {
      throw new CommandError(15998, 'FieldPath field names may not be empty strings.');
    }
    if (first.startsWith('$')) {
      throw new CommandError(
        16410,
        `FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
      );
    }
    this.fields.add(first);
    if (path.length === 1) return ({ document }) => getField(document, first);
    return ({ document }) => valueAt(getField(document, first), path, 1);
  }

  private variable(expression: string): Evaluate {
    const [name = '', ...path] = expression.split('.');
    switch (name) {
      case 'ROOT':
      case 'CURRENT': {
        const [field] = path;
        if (field === undefined) this.everyField = true;
        else this.fields.add(field);
        return ({ document }) => valueAt(document, path, 0);
      }
      case 'REMOVE':
        return () => undefined;
      case 'NOW':
      case 'CLUSTER_TIME':
        return ({ variables }) => valueAt(variables[name] ?? new Date(), path, 0);
      case 'DESCEND':
      case 'PRUNE':
      case 'KEEP':
        return () => `$$${name}`;
      default:
        if (!this.known.has(name)) throw new CommandError(17276, `Use of undefined variable: ${name}`);
        return ({ variables }) => valueAt(variables[name], path, 0);
    }
  }

  private document(expression: Doc): Evaluate {
    const names = Object.keys(expression);
    const [first] = names;
    if (first?.startsWith('$') === true) {
      if (names.length > 1) {
        throw new CommandError(
          15983,
          `An object representing an expression must have exactly one field: ${names.join(', ')}`,
        );
      }
      return this.operator(first, expression[first]);
    }
    const fields = names.map((name) => [name, this.compile(expression[name])] as const);
    return (scope) => {
      const result: Doc = {};
      for (const [name, evaluate] of fields) {
        const value = evaluate(scope);
        if (value !== undefined) setField(result, name, value);
      }
      return result;
    };
  }

  private operator(name: string, operand: unknown): Evaluate {
    const special = this.special(name, operand);
    if (special !== undefined) return special;
    const own = operatorTable[name];
    if (own !== undefined) return this.ownOperator(name, own, operand);
    const delegate = mingoOperator(name);
    if (isPlainObject(operand) && !Object.keys(operand)[0]?.startsWith('$')) {
      const named = Object.entries(operand).map(([key, value]) => [key, this.compile(value)] as const);
      return (scope) =>
        delegate(Object.fromEntries(named.map(([key, evaluate]) => [key, evaluate(scope)])), true);
    }
    if (Array.isArray(operand)) {
      const items = (operand as unknown[]).map((one) => this.compile(one));
      return (scope) =>
        delegate(
          items.map((item) => item(scope)),
          false,
        );
    }
    const evaluate = this.compile(operand);
    return (scope) => delegate(evaluate(scope), false);
  }

  private ownOperator(name: string, own: (typeof operatorTable)[string], operand: unknown): Evaluate {
    if (own.named !== undefined && isPlainObject(operand)) {
      const { named } = own;
      const entries = Object.entries(operand).map(([key, value]) => [key, this.compile(value)] as const);
      return (scope) => named(Object.fromEntries(entries.map(([key, evaluate]) => [key, evaluate(scope)])));
    }
    const operands = Array.isArray(operand) ? (operand as unknown[]) : [operand];
    const [least, most] = own.arity;
    if (operands.length < least || operands.length > most) {
      const count = least === most ? `exactly ${least}` : `at least ${least} and at most ${most}`;
      throw new CommandError(
        16020,
        `Expression ${name} takes ${count} arguments. ${operands.length} were passed in.`,
      );
    }
    const items = operands.map((one) => this.compile(one));
    const { apply } = own;
    const [only] = items;
    if (items.length === 1 && only !== undefined) {
      const spread = own.spreads === true;
      return (scope) => {
        const value = only(scope);
        return apply(
          spread && Array.isArray(value) && !Array.isArray(operand) ? (value as unknown[]) : [value],
        );
      };
    }
    return (scope) => apply(items.map((item) => item(scope)));
  }

  /** Operators that decide themselves what is evaluated, or bind variables. */
  private special(name: string, operand: unknown): Evaluate | undefined {
    switch (name) {
      case '$literal':
        return () => operand;
      case '$expr':
        return this.compile(operand);
      case '$and':
      case '$or': {
        const items = (Array.isArray(operand) ? (operand as unknown[]) : [operand]).map((one) =>
          this.compile(one),
        );
        return name === '$and'
          ? (scope) => items.every((item) => isTruthy(item(scope)))
          : (scope) => items.some((item) => isTruthy(item(scope)));
      }
      case '$cond':
        return this.cond(operand);
      case '$ifNull': {
        const items = (Array.isArray(operand) ? (operand as unknown[]) : [operand]).map((one) =>
          this.compile(one),
        );
        return (scope) => {
          let value: unknown;
          for (const item of items) {
            value = item(scope);
            if (value !== undefined && value !== null) return value;
          }
          return value;
        };
      }
      case '$switch':
        return this.switch(requireDocument(name, operand));
      case '$let':
        return this.let(requireDocument(name, operand));
      case '$map':
      case '$filter':
        return this.eachElement(name, requireDocument(name, operand));
      case '$reduce':
        return this.reduce(requireDocument(name, operand));
      case '$getField':
        return this.getField(operand);
      default:
        return undefined;
    }
  }

  private cond(operand: unknown): Evaluate {
    const parts: unknown[] = Array.isArray(operand)
      ? (operand as unknown[])
      : isPlainObject(operand)
        ? [operand['if'], operand['then'], operand['else']]
        : [];
    if (parts.length !== 3) throw new CommandError(16020, 'Expression $cond takes exactly 3 arguments.');
    const [test, then, otherwise] = parts.map((one) => this.compile(one));
    return (scope) => (isTruthy(test?.(scope)) ? then?.(scope) : otherwise?.(scope));
  }

  private switch(operand: Doc): Evaluate {
    const list = operand['branches'];
    if (!Array.isArray(list) || list.length === 0)
      throw new CommandError(40068, '$switch requires at least one branch.');
    const branches = (list as Doc[]).map((branch) => ({
      test: this.compile(branch['case']),
      then: this.compile(branch['then']),
    }));
    const otherwise = 'default' in operand ? this.compile(operand['default']) : undefined;
    return (scope) => {
      for (const { test, then } of branches) if (isTruthy(test(scope))) return then(scope);
      if (otherwise !== undefined) return otherwise(scope);
      throw new CommandError(
        40066,
        '$switch could not find a matching branch for an input, and no default was specified.',
      );
    };
  }

  /** A compiler for the inside of a construct that binds variables; what it reads counts for this one. */
  private inside(names: readonly string[], expression: unknown): Evaluate {
    const inner = new ExpressionCompiler(new Set([...this.known, ...names]));
    const evaluate = inner.compile(expression);
    for (const field of inner.fields) this.fields.add(field);
    this.everyField ||= inner.everyField;
    return evaluate;
  }

  private let(operand: Doc): Evaluate {
    const vars = requireDocument('$let', operand['vars']);
    const bound = Object.entries(vars).map(([name, value]) => [name, this.compile(value)] as const);
    const body = this.inside(Object.keys(vars), operand['in']);
    return (scope) => {
      const variables = { ...scope.variables };
      for (const [name, evaluate] of bound) variables[name] = evaluate(scope);
      return body({ document: scope.document, variables });
    };
  }

  private eachElement(operator: '$map' | '$filter', operand: Doc): Evaluate {
    const input = this.compile(operand['input']);
    const name = typeof operand['as'] === 'string' ? operand['as'] : 'this';
    const body = this.inside([name], operator === '$map' ? operand['in'] : operand['cond']);
    const limit = operand['limit'] === undefined ? undefined : this.compile(operand['limit']);
    return (scope) => {
      const list = input(scope);
      if (list === null || list === undefined) return null;
      if (!Array.isArray(list)) throw new CommandError(16883, `input to ${operator} must be an array`);
      const evaluate = (element: unknown): unknown =>
        body({ document: scope.document, variables: { ...scope.variables, [name]: element } });
      if (operator === '$map') return list.map((element: unknown) => evaluate(element) ?? null);
      const kept = (list as unknown[]).filter((element) => isTruthy(evaluate(element)));
      const most = limit?.(scope);
      return typeof most === 'number' ? kept.slice(0, most) : kept;
    };
  }

  private reduce(operand: Doc): Evaluate {
    const input = this.compile(operand['input']);
    const initial = this.compile(operand['initialValue']);
    const body = this.inside(['this', 'value'], operand['in']);
    return (scope) => {
      const list = input(scope);
      if (list === null || list === undefined) return null;
      if (!Array.isArray(list)) throw new CommandError(40080, '$reduce requires that input be an array');
      let value = initial(scope);
      for (const element of list as unknown[]) {
        value = body({ document: scope.document, variables: { ...scope.variables, this: element, value } });
      }
      return value;
    };
  }

  private getField(operand: unknown): Evaluate {
    const short = typeof operand === 'string';
    const spec = isPlainObject(operand) && 'field' in operand ? operand : { field: operand };
    const field = this.compile(short ? { $literal: operand } : spec['field']);
    const input = 'input' in spec ? this.compile(spec['input']) : this.compile('$$CURRENT');
    return (scope) => {
      const source = input(scope);
      const name = field(scope);
      return isPlainObject(source) && typeof name === 'string' ? getField(source, name) : undefined;
    };
  }
}

function requireDocument(name: string, operand: unknown): Doc {
  if (isPlainObject(operand)) return operand;
  throw new CommandError('FailedToParse', `${name} requires an object as an argument.`);
}

/** The value at a path: an array on the way gives the array of what its elements have there. */
function valueAt(value: unknown, path: readonly string[], at: number): unknown {
  const name = path[at];
  if (name === undefined) return value;
  if (Array.isArray(value)) {
    return value.flatMap((element: unknown) => {
      if (!isPlainObject(element) && !Array.isArray(element)) return [];
      const found = valueAt(element, path, at);
      return found === undefined ? [] : [found];
    });
  }
  return isPlainObject(value) ? valueAt(getField(value, name), path, at + 1) : undefined;
}

/** `$expr` for filters; `variables` are those of `let`. */
export function expressionTest(variables: Doc = {}): CompileExpression {
  return (expression) => {
    const compiler = new ExpressionCompiler(new Set(Object.keys(variables)));
    const evaluate = compiler.compile(expression);
    return {
      test: (document) => isTruthy(evaluate({ document, variables })),
      fields: compiler.everyField ? undefined : compiler.fields,
    };
  };
}
