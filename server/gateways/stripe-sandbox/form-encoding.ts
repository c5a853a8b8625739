/**
 * Reads `application/x-www-form-urlencoded` with Stripe's brackets (`a[b][0]=c`, `a[]=c`) into nested values.
 * Names are data: nothing typed in a request can reach an object's prototype.
 */
import { invalidRequest } from './api-errors.ts';

export type FormValue = string | FormObject;
export interface FormObject {
  [name: string]: FormValue;
}

const MAX_PAIRS = 2_000;
const MAX_DEPTH = 12;
const NAME = /^(?<head>[^[\]]+)(?<rest>(?:\[[^[\]]*\])*)$/;

export function decodeForm(text: string): FormObject {
  const root = emptyForm();
  const pairs = [...new URLSearchParams(text)];
  if (pairs.length > MAX_PAIRS) throw invalidRequest(`Too many parameters: at most ${MAX_PAIRS}.`);
  for (const [name, value] of pairs) place(root, splitName(name), value, name);
  return root;
}

export function emptyForm(): FormObject {
  return Object.create(null) as FormObject;
}

function splitName(name: string): string[] {
  const { head, rest } = NAME.exec(name)?.groups ?? {};
  if (head === undefined || rest === undefined) throw invalidRequest(`Invalid parameter name: ${name}`);
  const parts = [head, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1] ?? '')];
  if (parts.length > MAX_DEPTH) throw invalidRequest(`Parameter ${name} is nested too deeply.`);
  return parts;
}

function place(root: FormObject, path: string[], value: string, name: string): void {
  const last = path.at(-1) ?? '';
  let target = root;
  for (const part of path.slice(0, -1)) {
    const key = part === '' ? nextIndex(target) : part;
    const next = target[key] ?? emptyForm();
    if (typeof next === 'string') throw invalidRequest(`Parameter ${name} is both a value and an object.`);
    target[key] = next;
    target = next;
  }
  const key = last === '' ? nextIndex(target) : last;
  if (typeof target[key] === 'object') {
    throw invalidRequest(`Parameter ${name} is both a value and an object.`);
  }
  target[key] = value;
}

function nextIndex(target: FormObject): string {
  return String(Object.keys(target).length);
}

/** The same nested values from JSON, which only the sandbox's own controls are spoken to in. */
export function decodeJson(text: string): FormObject {
  if (text === '') return emptyForm();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidRequest('The body of the request is not JSON.');
  }
  const form = toForm(value, 0);
  if (typeof form === 'string') throw invalidRequest('The body of the request must be an object.');
  return form;
}

function toForm(value: unknown, depth: number): FormValue {
  if (depth > MAX_DEPTH) throw invalidRequest('The body of the request is nested too deeply.');
  if (value === null || value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  const form = emptyForm();
  for (const [name, part] of Object.entries(value)) form[name] = toForm(part, depth + 1);
  return form;
}
