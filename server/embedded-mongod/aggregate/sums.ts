/** Sums and averages: whole numbers are added exactly, doubles with compensation, and the two are not mixed inexactly. */
import { Decimal128, Double } from 'bson';
import { asDouble, asInteger, isNumeric, kindOf, toNumber, type Numeric } from '../bson/numbers.ts';
import { CommandError } from '../errors.ts';

export class Sum {
  private whole = 0n;
  /** Small whole numbers are gathered here and moved to `whole` before they could lose a digit. */
  private small = 0;
  private double = 0;
  private compensation = 0;
  private hasDouble = false;
  private wide = false;
  count = 0;

  constructor(private readonly what: string) {}

  static of(values: readonly unknown[]): Numeric {
    const sum = new Sum('$sum');
    for (const value of values) sum.add(value);
    return sum.result();
  }

  add(value: unknown): void {
    if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 0x7fffffff) {
      this.count++;
      this.small += value;
      if (Math.abs(this.small) > 2 ** 52) this.settle();
      return;
    }
    if (!isNumeric(value)) return;
    this.count++;
    if (typeof value === 'bigint') {
      this.whole += value;
      this.wide = true;
    } else if (value instanceof Decimal128) {
      throw new CommandError(
        'NotImplemented',
        `${this.what}: arithmetic on Decimal128 is not supported; use Int64.`,
      );
    } else if (kindOf(value) === 'double')
      this.addDouble(value instanceof Double ? value.value : toNumber(value));
    else this.whole += BigInt(toNumber(value));
  }

  private settle(): void {
    this.whole += BigInt(this.small);
    this.small = 0;
  }

  private addDouble(value: number): void {
    this.hasDouble = true;
    const total = this.double + value;
    this.compensation +=
      Math.abs(this.double) >= Math.abs(value) ? this.double - total + value : value - total + this.double;
    this.double = total;
  }

  /** The sum as a double, for averages. */
  asNumber(): number {
    this.settle();
    const rest = Number.isFinite(this.compensation) ? this.compensation : 0;
    return this.hasDouble ? this.double + rest + Number(this.whole) : Number(this.whole);
  }

  result(): Numeric {
    this.settle();
    if (!this.hasDouble) return asInteger(this.whole, this.wide, this.what);
    if (BigInt(Number(this.whole)) !== this.whole) {
      throw new CommandError(
        'BadValue',
        `${this.what}: whole numbers beyond 2^53 and doubles cannot be added exactly; use Int64 for all.`,
      );
    }
    return asDouble(this.asNumber());
  }
}

export class Average {
  private readonly sum = new Sum('$avg');

  static of(values: readonly unknown[]): unknown {
    const average = new Average();
    for (const value of values) average.add(value);
    return average.result();
  }

  add(value: unknown): void {
    this.sum.add(value);
  }

  result(): unknown {
    return this.sum.count === 0 ? null : asDouble(this.sum.asNumber() / this.sum.count);
  }
}
