/** Which function answers which method and path. */
import type { ApiError } from './api-errors.ts';
import type { Context } from './context.ts';
import type { Params } from './params.ts';

interface Call {
  readonly context: Context;
  readonly params: Params;
  /** The parts of the path that the route names: `id` of `/v1/charges/:id`. */
  readonly path: Readonly<Record<string, string>>;
}

/** An answer that is an error although what led to it has happened and stays: a declined card. */
export class RefusedAnswer {
  readonly error: ApiError;

  constructor(error: ApiError) {
    this.error = error;
  }
}

export type Handler = (call: Call) => object;

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly pattern: string;
  readonly handle: Handler;
}

export interface MatchedRoute {
  readonly route: Route;
  readonly path: Readonly<Record<string, string>>;
}

export function matchRoute(routes: readonly Route[], method: string, pathname: string): MatchedRoute | null {
  const parts = pathname.split('/');
  for (const route of routes) {
    if (route.method !== method) continue;
    const path = matchPattern(route.pattern.split('/'), parts);
    if (path !== null) return { route, path };
  }
  return null;
}

function matchPattern(pattern: string[], parts: string[]): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const named: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] ?? '';
    if (!expected.startsWith(':')) {
      if (part !== expected) return null;
    } else {
      if (part === '') return null;
      named[expected.slice(1)] = decode(part);
    }
  }
  return named;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
