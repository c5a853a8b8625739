/**
 * Reads the body of an entry in its bytes, without making anything of them: a ledger has millions of entries, nearly all
 * of them without a fault, and to parse each into objects costs five times what hashing it does. The scan knows one
 * form, the canonical one that the seal writes, with its names in their order. It says yes to a body in that form that
 * keeps every rule, and nothing of any other: what is wrong with that, if anything is, the careful reading finds
 * (`faultOfBody` and what follows it). So the scan may be strict, but never lenient.
 */

const utf8 = new TextEncoder();

/** Words of the form, compared four bytes at a time; the last four may overlap those before them. All have at least four. */
class Words {
  readonly length: number;
  readonly #fours: Int32Array;
  readonly #lastAt: number;
  readonly #last: number;

  constructor(text: string) {
    const { buffer, byteOffset, byteLength } = utf8.encode(text);
    const view = new DataView(buffer, byteOffset, byteLength);
    this.length = byteLength;
    this.#lastAt = byteLength - 4;
    this.#fours = Int32Array.from({ length: byteLength >> 2 }, (_, index) => view.getInt32(4 * index));
    this.#last = view.getInt32(this.#lastAt);
  }

  areAt(view: DataView, at: number): boolean {
    if (at + this.length > view.byteLength) return false;
    for (let index = 0; index < this.#fours.length; index += 1)
      if (view.getInt32(at + 4 * index) !== this.#fours[index]) return false;
    return view.getInt32(at + this.#lastAt) === this.#last;
  }
}

const words = (text: string): Words => new Words(text);

const BOOKED_ON = words('{"bookedOn":"');
const CAUSE = words(',"cause":"');
const COMMITMENT = words(',"commitment":"');
const CURRENCY = ',"currency":"';
const EFFECTIVE_ON = words(',"effectiveOn":"');
const KIND = words(',"kind":"');
const POSTINGS = words(',"postings":[');
const UNDOES = words(',"undoes":"');
const ACCOUNT = words('{"account":"');
const AWARD = words(',"award":"');
const CREDIT = words(',"credit":"');
const DEBIT = words(',"debit":"');
/** What may follow the amount of a posting; each at most once, in this order. */
const DIMENSIONS = ['fund', 'locality', 'nature', 'partyKind', 'project', 'round', 'sector'].map((name) =>
  words(`,"${name}":"`),
);
/** How accounts with an owner begin, and accounts of which there is one. */
const OWNED = ['bank:', 'receivable:', 'award-payable:', 'donor-debt:', 'fund:'].map(words);
const SINGLE = ['stripe-clearing"', 'refund-payable"'].map(words);

const [QUOTE, COMMA, BACKSLASH, CLOSE, END_OF_LIST] = [34, 44, 92, 125, 93] as const;
const [ZERO, NINE, SPACE] = [48, 57, 32] as const;

/** How long a calendar day and a commitment are; longer or shorter ones are texts like any other. */
const [DAY, HASH] = [10, 64] as const;

/** 1 for every byte that ends a text, or makes it one for the careful reading. */
const STOPS = Uint8Array.from({ length: 256 }, (_, code) =>
  code < SPACE || code === QUOTE || code === BACKSLASH ? 1 : 0,
);

const [EVERY_ONE, EVERY_HIGH] = [0x01010101, 0x80808080 | 0] as const;
const [EVERY_SPACE, EVERY_QUOTE, EVERY_BACKSLASH] = [0x20202020, 0x22222222, 0x5c5c5c5c] as const;

/**
 * Not 0 when one of four bytes ends a text, as `STOPS` says, or is none of ASCII. A byte below a bound borrows when the
 * bound is taken from it, and one that is equal to another is 0 where they differ, which is below one.
 */
function mayStop(four: number): number {
  const quote = four ^ EVERY_QUOTE;
  const backslash = four ^ EVERY_BACKSLASH;
  return (four | (four - EVERY_SPACE) | (quote - EVERY_ONE) | (backslash - EVERY_ONE)) & EVERY_HIGH;
}

/** Fifteen digits: the sum of a few such amounts is exact as a number, and larger ones are read carefully. */
const MAX_DIGITS = 15;

/**
 * Scans bodies of one currency. It keeps a place in the bytes, so that one scan runs at a time, and makes no object on its
 * way, not even to take a pair apart.
 */
export class BodyScan {
  readonly #currency: Words;
  #bytes: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #debits = 0;
  #credits = 0;

  /** @param currency in which every entry must be */
  constructor(currency: string) {
    this.#currency = words(`${CURRENCY}${currency}"`);
  }

  /** Takes the bytes in which it scans from now on. */
  over(bytes: Uint8Array): this {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this;
  }

  /**
   * Where the body that begins at `from` ends, if it is a canonical one that balances; -1 when that takes a closer look.
   */
  endOfFaultless(from: number): number {
    this.#at = from;
    this.#debits = 0;
    this.#credits = 0;
    return this.#body() ? this.#at : -1;
  }

  #body(): boolean {
    const head =
      this.#field(BOOKED_ON, DAY) &&
      (!this.#take(CAUSE) || this.#text()) &&
      this.#field(COMMITMENT, HASH) &&
      this.#take(this.#currency) &&
      this.#field(EFFECTIVE_ON, DAY) &&
      this.#take(KIND) &&
      this.#text();
    if (!head || !this.#take(POSTINGS) || !this.#postings()) return false;
    if (this.#debits !== this.#credits || !Number.isSafeInteger(this.#debits)) return false;
    if (this.#take(UNDOES) && !this.#text()) return false;
    return this.#takeByte(CLOSE);
  }

  /** At least two, and the end of their list. */
  #postings(): boolean {
    for (let count = 1; ; count += 1) {
      if (!this.#posting()) return false;
      if (this.#takeByte(END_OF_LIST)) return count >= 2;
      if (!this.#takeByte(COMMA)) return false;
    }
  }

  #posting(): boolean {
    if (!this.#take(ACCOUNT) || !this.#account()) return false;
    if (this.#take(AWARD) && !this.#text()) return false;
    const isCredit = this.#take(CREDIT);
    if (!isCredit && !this.#take(DEBIT)) return false;
    const amount = this.#amount();
    if (amount === 0) return false;
    if (isCredit) this.#credits += amount;
    else this.#debits += amount;
    for (const name of DIMENSIONS) {
      if (this.#bytes[this.#at] !== COMMA) break;
      if (this.#take(name) && !this.#text()) return false;
    }
    return this.#takeByte(CLOSE);
  }

  #account(): boolean {
    // The name of an owner is not empty: `fund:` alone is no account.
    for (const start of OWNED) if (this.#take(start)) return this.#bytes[this.#at] !== QUOTE && this.#text();
    for (const whole of SINGLE) if (this.#take(whole)) return true;
    return false;
  }

  /** The amount and the quote after it; 0 for what is none. */
  #amount(): number {
    const start = this.#at;
    let at = start;
    let amount = 0;
    for (;;) {
      const code = this.#bytes[at] ?? 0;
      if (code < ZERO || code > NINE) break;
      amount = 10 * amount + code - ZERO;
      at += 1;
    }
    this.#at = at;
    const isAmount = at - start <= MAX_DIGITS && this.#bytes[start] !== ZERO && this.#takeByte(QUOTE);
    return isAmount ? amount : 0;
  }

  /** A name with its text, which is nearly always of one length: then nothing is asked byte by byte. */
  #field(name: Words, usual: number): boolean {
    if (!this.#take(name)) return false;
    const bytes = this.#bytes;
    const from = this.#at;
    const end = from + usual;
    if (bytes[end] !== QUOTE) return this.#text();
    const view = this.#view;
    // Four bytes at a time; every usual length is even, and the last four may overlap those before them.
    let stops = mayStop(view.getInt32(end - 4));
    for (let at = from; at < end - 4; at += 4) stops |= mayStop(view.getInt32(at));
    if (stops !== 0) return this.#text();
    this.#at = end + 1;
    return true;
  }

  /** The rest of a text and the quote after it. An escape or a control character is left to the careful reading. */
  #text(): boolean {
    const bytes = this.#bytes;
    let at = this.#at;
    while (at < bytes.length && STOPS[bytes[at] ?? 0] === 0) at += 1;
    this.#at = at + 1;
    return bytes[at] === QUOTE;
  }

  #takeByte(code: number): boolean {
    if (this.#bytes[this.#at] !== code) return false;
    this.#at += 1;
    return true;
  }

  #take(expected: Words): boolean {
    if (!expected.areAt(this.#view, this.#at)) return false;
    this.#at += expected.length;
    return true;
  }
}
