/**
 * The parameters of one request, read by name and type. A parameter that nothing has read is refused as
 * unknown: the sandbox never pretends to have honoured what it ignored.
 */
import { invalidRequest, missingParam } from './api-errors.ts';
import { emptyForm, type FormObject, type FormValue } from './form-encoding.ts';

type Metadata = Record<string, string>;

const MAX_METADATA_KEYS = 50;
const MAX_METADATA_KEY_LENGTH = 40;
const MAX_METADATA_VALUE_LENGTH = 500;
const MAX_STRING_LENGTH = 5_000;

export class Params {
  readonly #values: FormObject;
  readonly #prefix: string;
  readonly #read = new Set<string>();
  readonly #sections: Params[] = [];

  constructor(values: FormObject = emptyForm(), prefix = '') {
    this.#values = values;
    this.#prefix = prefix;
  }

  has(name: string): boolean {
    return name in this.#values;
  }

  /** The full name, as an error names it: `line_items[0][price_data][currency]`. */
  nameOf(name: string): string {
    return this.#prefix === '' ? name : `${this.#prefix}[${name}]`;
  }

  /** An empty value unsets, as Stripe has it, and reads as absent. */
  string(name: string): string | null {
    const value = this.#take(name);
    if (value === undefined || value === '') return null;
    if (typeof value !== 'string') throw invalidRequest('Invalid string', { param: this.nameOf(name) });
    if (value.length > MAX_STRING_LENGTH) {
      throw invalidRequest(`Invalid string: must be at most ${MAX_STRING_LENGTH} characters`, {
        param: this.nameOf(name),
      });
    }
    return value;
  }

  requiredString(name: string): string {
    return this.string(name) ?? this.#missing(name);
  }

  integer(name: string): number | null {
    const text = this.string(name);
    if (text === null) return null;
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) {
      throw invalidRequest(`Invalid integer: ${text}`, {
        code: 'parameter_invalid_integer',
        param: this.nameOf(name),
      });
    }
    return value;
  }

  requiredInteger(name: string): number {
    return this.integer(name) ?? this.#missing(name);
  }

  boolean(name: string): boolean | null {
    const text = this.string(name);
    if (text === null) return null;
    if (text !== 'true' && text !== 'false') {
      throw invalidRequest(`Invalid boolean: ${text}`, { param: this.nameOf(name) });
    }
    return text === 'true';
  }

  choice<const T extends string>(name: string, choices: readonly T[]): T | null {
    const text = this.string(name);
    if (text === null) return null;
    const found = choices.find((choice) => choice === text);
    if (found === undefined) {
      const last = choices.at(-1) ?? '';
      const list = [choices.slice(0, -1).join(', '), last].filter((part) => part !== '').join(', or ');
      throw invalidRequest(`Invalid ${this.nameOf(name)}: must be one of ${list}`, {
        param: this.nameOf(name),
      });
    }
    return found;
  }

  currency(name: string): string | null {
    const text = this.string(name)?.toLowerCase() ?? null;
    if (text !== null && !/^[a-z]{3}$/.test(text)) {
      throw invalidRequest(`Invalid currency: ${text}`, { param: this.nameOf(name) });
    }
    return text;
  }

  url(name: string): string | null {
    const text = this.string(name);
    if (text !== null && !/^https?:\/\/[^\s/]+/i.test(text)) {
      throw invalidRequest('Not a valid URL', { code: 'url_invalid', param: this.nameOf(name) });
    }
    return text;
  }

  section(name: string): Params | null {
    const value = this.#take(name);
    if (value === undefined || value === '') return null;
    if (typeof value === 'string') throw invalidRequest('Invalid object', { param: this.nameOf(name) });
    return this.#open(value, this.nameOf(name));
  }

  /** An array of objects, in the order of its indexes. */
  sections(name: string): Params[] {
    return this.#elements(name).map(([index, value]) => {
      const path = `${this.nameOf(name)}[${index}]`;
      if (typeof value === 'string') throw invalidRequest('Invalid object', { param: path });
      return this.#open(value, path);
    });
  }

  strings(name: string): string[] {
    return this.#elements(name).map(([index, value]) => {
      if (typeof value === 'string') return value;
      throw invalidRequest('Invalid string', { param: `${this.nameOf(name)}[${index}]` });
    });
  }

  /** Merged over `existing`; an empty value removes its key. */
  metadata(existing: Metadata = {}): Metadata {
    const section = this.#take('metadata');
    if (section === undefined) return existing;
    if (typeof section === 'string') return {};
    const merged: Metadata = { ...existing };
    for (const [key, value] of Object.entries(section)) {
      if (typeof value !== 'string')
        throw invalidRequest('Metadata values must be strings', { param: 'metadata' });
      if (key.length > MAX_METADATA_KEY_LENGTH || value.length > MAX_METADATA_VALUE_LENGTH) {
        throw invalidRequest('Metadata keys have at most 40 and values at most 500 characters.', {
          param: this.nameOf(`metadata][${key}`),
        });
      }
      if (value === '') Reflect.deleteProperty(merged, key);
      else
        Object.defineProperty(merged, key, { value, enumerable: true, configurable: true, writable: true });
    }
    if (Object.keys(merged).length > MAX_METADATA_KEYS) {
      throw invalidRequest(`Metadata has at most ${MAX_METADATA_KEYS} keys.`, { param: 'metadata' });
    }
    return merged;
  }

  /** `created[gte]=…` and its kin, or `created=…`: a test on a Unix time. */
  range(name: string): (seconds: number) => boolean {
    const value = this.#values[name];
    if (value === undefined || typeof value === 'string') {
      const exact = this.integer(name);
      return (seconds) => exact === null || seconds === exact;
    }
    const bounds = this.section(name);
    const bound = (part: string, open: number): number => bounds?.integer(part) ?? open;
    const above = Math.max(bound('gt', -Infinity) + 1, bound('gte', -Infinity));
    const below = Math.min(bound('lt', Infinity) - 1, bound('lte', Infinity));
    return (seconds) => seconds >= above && seconds <= below;
  }

  /** @throws ApiError naming the first parameter that nothing has read. */
  assertAllRead(): void {
    const unread = Object.keys(this.#values).find((name) => !this.#read.has(name));
    if (unread !== undefined) {
      const param = this.nameOf(unread);
      throw invalidRequest(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param });
    }
    for (const section of this.#sections) section.assertAllRead();
  }

  /** Marks parameters as known where only their presence is allowed and nothing depends on them. */
  ignore(...names: string[]): void {
    for (const name of names) this.#read.add(name);
  }

  #take(name: string): FormValue | undefined {
    this.#read.add(name);
    return this.#values[name];
  }

  #open(values: FormObject, prefix: string): Params {
    const section = new Params(values, prefix);
    this.#sections.push(section);
    return section;
  }

  #elements(name: string): [index: string, value: FormValue][] {
    const value = this.#take(name);
    if (value === undefined || value === '') return [];
    const indexes = typeof value === 'string' ? [] : Object.keys(value);
    if (typeof value === 'string' || !indexes.every((index) => /^\d{1,4}$/.test(index))) {
      throw invalidRequest('Invalid array', { param: this.nameOf(name) });
    }
    return Object.entries(value).sort(([a], [b]) => Number(a) - Number(b));
  }

  #missing(name: string): never {
    throw missingParam(this.nameOf(name));
  }
}
