/** The table of the engine's own expression operators, on evaluated operands; `undefined` is a missing value. */
import { Binary, Timestamp } from 'bson';
import { encodeDocument } from '../bson/encode.ts';
import { compareValues, equalValues } from '../bson/compare.ts';
import { isNumeric, toNumber } from '../bson/numbers.ts';
import { isPlainObject, type Doc } from '../bson/types.ts';
import { CommandError } from '../errors.ts';
import { isTruthy } from '../query/match.ts';
import { typeNameOf } from '../query/type-names.ts';
import { Average, Sum } from './sums.ts';
import { MANY, type OwnOperator, isNil, listOf, numeric, text } from './operands.ts';
import { abs, add, divide, mod, multiply, roundOperator, rounding, subtract } from './arithmetic.ts';
import {
  arrayToObject,
  distinct,
  elementAt,
  has,
  mergeObjects,
  objectToArray,
  range,
  sets,
  slice,
} from './array-operators.ts';
import { conversion, convert, toText } from './conversions.ts';
import { percentilesOf, sharesOf } from './percentiles.ts';

function comparison(accepts: (order: number) => boolean): OwnOperator {
  return { arity: [2, 2], apply: ([a, b]) => accepts(compareValues(a, b)) };
}

function extreme(sign: 1 | -1): OwnOperator {
  return {
    arity: [1, MANY],
    spreads: true,
    apply: (operands) => {
      let best: unknown = null;
      for (const value of operands) {
        if (!isNil(value) && (best === null || compareValues(value, best) * sign > 0)) best = value;
      }
      return best;
    },
  };
}

function percentiles(name: string): OwnOperator {
  const named = (spec: Doc): unknown => {
    const input = spec['input'];
    return percentilesOf(name, sharesOf(name, spec), Array.isArray(input) ? (input as unknown[]) : [input]);
  };
  return {
    arity: [1, 1],
    apply: () => {
      throw new CommandError('FailedToParse', `${name} needs an object with 'input' and 'method'.`);
    },
    named,
  };
}

function timestampPart(name: string, part: (value: Timestamp) => bigint): OwnOperator {
  return {
    arity: [1, 1],
    apply: ([value]) => {
      if (isNil(value)) return null;
      if (!(value instanceof Timestamp)) throw new CommandError(5687301, `${name} requires a timestamp`);
      return part(value);
    },
  };
}

export const operatorTable: Readonly<Record<string, OwnOperator>> = {
  $add: { arity: [0, MANY], apply: add },
  $subtract: { arity: [2, 2], apply: subtract },
  $multiply: { arity: [0, MANY], apply: multiply },
  $divide: { arity: [2, 2], apply: divide },
  $mod: { arity: [2, 2], apply: mod },
  $abs: { arity: [1, 1], apply: ([value]) => (isNil(value) ? null : abs(numeric(value, '$abs'))) },
  $ceil: rounding('$ceil', Math.ceil),
  $floor: rounding('$floor', Math.floor),
  $round: roundOperator('$round', true),
  $trunc: roundOperator('$trunc', false),
  $eq: comparison((order) => order === 0),
  $ne: comparison((order) => order !== 0),
  $gt: comparison((order) => order > 0),
  $gte: comparison((order) => order >= 0),
  $lt: comparison((order) => order < 0),
  $lte: comparison((order) => order <= 0),
  $cmp: { arity: [2, 2], apply: ([a, b]) => Math.sign(compareValues(a, b)) },
  $not: { arity: [1, 1], apply: ([value]) => !isTruthy(value) },
  $max: extreme(1),
  $min: extreme(-1),
  $sum: { arity: [1, MANY], spreads: true, apply: (operands) => Sum.of(operands) },
  $avg: { arity: [1, MANY], spreads: true, apply: (operands) => Average.of(operands) },
  $in: { arity: [2, 2], apply: ([value, list]) => has(listOf(list, '$in'), value) },
  $size: { arity: [1, 1], apply: ([list]) => listOf(list, 'The argument to $size').length },
  $isArray: { arity: [1, 1], apply: ([value]) => Array.isArray(value) },
  $isNumber: { arity: [1, 1], apply: ([value]) => isNumeric(value) },
  $type: { arity: [1, 1], apply: ([value]) => typeNameOf(value) },
  $arrayElemAt: { arity: [2, 2], apply: elementAt },
  $first: { arity: [1, 1], apply: ([list]) => (isNil(list) ? null : listOf(list, '$first')[0]) },
  $last: { arity: [1, 1], apply: ([list]) => (isNil(list) ? null : listOf(list, '$last').at(-1)) },
  $slice: { arity: [2, 3], apply: slice },
  $concatArrays: {
    arity: [0, MANY],
    apply: (lists) => (lists.some(isNil) ? null : lists.flatMap((one) => listOf(one, '$concatArrays'))),
  },
  $reverseArray: {
    arity: [1, 1],
    apply: ([list]) => (isNil(list) ? null : [...listOf(list, '$reverseArray')].reverse()),
  },
  $indexOfArray: {
    arity: [2, 4],
    apply: ([list, value, start, end]) => {
      if (isNil(list)) return null;
      const from = isNumeric(start) ? toNumber(start) : 0;
      const to = isNumeric(end) ? toNumber(end) : Infinity;
      return listOf(list, '$indexOfArray').findIndex(
        (one, at) => at >= from && at < to && equalValues(one, value),
      );
    },
  },
  $range: { arity: [2, 3], apply: range },
  $setUnion: sets('$setUnion', (lists) => distinct(lists.flat())),
  $setIntersection: sets('$setIntersection', ([first = [], ...rest]) =>
    distinct(first.filter((value) => rest.every((list) => has(list, value)))),
  ),
  $setDifference: sets('$setDifference', ([a = [], b = []]) => distinct(a.filter((value) => !has(b, value)))),
  $setEquals: sets('$setEquals', ([first = [], ...rest]) =>
    rest.every((list) => equalValues(distinct(first), distinct(list))),
  ),
  $setIsSubset: sets('$setIsSubset', ([a = [], b = []]) => a.every((value) => has(b, value))),
  $allElementsTrue: { arity: [1, 1], apply: ([list]) => listOf(list, '$allElementsTrue').every(isTruthy) },
  $anyElementTrue: { arity: [1, 1], apply: ([list]) => listOf(list, '$anyElementTrue').some(isTruthy) },
  $mergeObjects: { arity: [0, MANY], spreads: true, apply: mergeObjects },
  $objectToArray: { arity: [1, 1], apply: objectToArray },
  $arrayToObject: { arity: [1, 1], apply: arrayToObject },
  $concat: {
    arity: [0, MANY],
    apply: (parts) => (parts.some(isNil) ? null : parts.map((one) => text(one, '$concat')).join('')),
  },
  $toUpper: { arity: [1, 1], apply: ([value]) => (isNil(value) ? '' : toText(value).toUpperCase()) },
  $toLower: { arity: [1, 1], apply: ([value]) => (isNil(value) ? '' : toText(value).toLowerCase()) },
  $strcasecmp: {
    arity: [2, 2],
    apply: ([a, b]) =>
      Math.sign(
        compareValues(isNil(a) ? '' : toText(a).toUpperCase(), isNil(b) ? '' : toText(b).toUpperCase()),
      ),
  },
  $median: percentiles('$median'),
  $percentile: percentiles('$percentile'),
  $tsSecond: timestampPart('$tsSecond', ({ t }) => BigInt(t)),
  $tsIncrement: timestampPart('$tsIncrement', ({ i }) => BigInt(i)),
  $bsonSize: {
    arity: [1, 1],
    apply: ([value]) => {
      if (isNil(value)) return null;
      if (!isPlainObject(value)) throw new CommandError(31393, '$bsonSize requires a document input');
      return encodeDocument(value).length;
    },
  },
  $binarySize: {
    arity: [1, 1],
    apply: ([value]) => {
      if (isNil(value)) return null;
      return value instanceof Binary ? value.position : Buffer.byteLength(text(value, '$binarySize'));
    },
  },
  $toString: conversion('string'),
  $toInt: conversion('int'),
  $toLong: conversion('long'),
  $toDouble: conversion('double'),
  $toDecimal: conversion('decimal'),
  $toBool: conversion('bool'),
  $toDate: conversion('date'),
  $toObjectId: conversion('objectId'),
  $convert: {
    arity: [1, 1],
    apply: ([spec]) => (isPlainObject(spec) ? convert(spec) : null),
    named: convert,
  },
};
