import { Double } from 'bson';
import { describe, expect, it } from 'vitest';
import type { Doc } from '../bson/types.ts';
import { drained, fromList } from './source.ts';
import { compileStages } from './stages.ts';

const others: Doc[] = [
  { _id: 1, parent: null, n: 1n },
  { _id: 2, parent: 1, n: 2n },
];

function run(documents: Doc[], pipeline: Doc[]): Doc[] {
  const stages = compileStages(pipeline, { variables: {}, read: () => fromList(others) });
  return drained(stages.reduce((stream, stage) => stage.apply(stream), fromList(documents)));
}

describe('pipelines', () => {
  it('add Int64 exactly and keep it Int64', () => {
    expect(
      run([{ n: 2n ** 60n }, { n: 2n ** 60n }, { n: 1 }], [{ $group: { _id: null, total: { $sum: '$n' } } }]),
    ).toEqual([{ _id: null, total: 2n ** 61n + 1n }]);
  });

  it('refuse a sum beyond Int64, or one that mixes doubles with what they cannot hold, by the name of the field', () => {
    const total = [{ $group: { _id: null, total: { $sum: '$n' } } }];
    expect(() => run([{ n: 2n ** 62n }, { n: 2n ** 62n }], total)).toThrow(/'total'/);
    expect(() => run([{ n: 2n ** 53n + 1n }, { n: 0.5 }], total)).toThrow(/'total'.*2\^53/);
  });

  it('group numbers of equal value together whatever their type', () => {
    expect(
      run(
        [{ k: 1 }, { k: 1n }, { k: new Double(1) }, { k: '1' }],
        [{ $group: { _id: '$k', n: { $sum: 1 } } }],
      ),
    ).toHaveLength(2);
  });

  it('compute with the exact rules in expressions', () => {
    const [row] = run(
      [{ a: 9007199254740993n, list: [1n, 2n] }],
      [
        {
          $project: {
            _id: 0,
            plus: { $add: ['$a', 1] },
            times: { $multiply: ['$a', 2] },
            sum: { $sum: '$list' },
            bigger: { $gt: ['$a', 9007199254740992] },
          },
        },
      ],
    );
    expect(row).toEqual({ plus: 9007199254740994n, times: 18014398509481986n, sum: 3n, bigger: true });
  });

  it('unwind, bucket, facet and sort', () => {
    const documents = [
      { _id: 1, tags: ['a', 'b'] },
      { _id: 2, tags: [] },
      { _id: 3, tags: ['b'] },
    ];
    expect(run(documents, [{ $unwind: '$tags' }, { $sortByCount: '$tags' }])).toEqual([
      { _id: 'b', count: 2 },
      { _id: 'a', count: 1 },
    ]);
    expect(
      run(documents, [
        { $facet: { few: [{ $limit: 1 }, { $project: { tags: 0 } }], all: [{ $count: 'n' }] } },
      ]),
    ).toEqual([{ few: [{ _id: 1 }], all: [{ n: 3 }] }]);
  });

  it('leave the fields alone that a stage of mingo does not make', () => {
    const documents = [
      { _id: 1, big: 9n, part: 'x', v: 1 },
      { _id: 2, big: 8n, part: 'x', v: 2 },
    ];
    const rows = run(documents, [
      {
        $setWindowFields: {
          partitionBy: '$part',
          sortBy: { _id: 1 },
          output: { running: { $sum: '$v', window: { documents: ['unbounded', 'current'] } } },
        },
      },
    ]);
    expect(rows).toEqual([
      { ...documents[0], running: 1 },
      { ...documents[1], running: 3 },
    ]);
    const [found] = run(
      [{ _id: 9, big: 7n, from: 2 }],
      [
        {
          $graphLookup: {
            from: 'others',
            startWith: '$from',
            connectFromField: 'parent',
            connectToField: '_id',
            as: 'path',
          },
        },
      ],
    );
    expect(found).toMatchObject({
      big: 7n,
      path: expect.arrayContaining([expect.objectContaining({ _id: 2 })]) as unknown,
    });
  });

  it('refuse by name what the engine does not have', () => {
    expect(() => run([], [{ $changeStream: {} }])).toThrow(/\$changeStream/);
    expect(() => run([{}], [{ $project: { x: { $function: { body: '', args: [], lang: 'js' } } } }])).toThrow(
      /\$function/,
    );
    expect(() => run([], [{ $frob: 1 }])).toThrow(/Unrecognized pipeline stage name: '\$frob'/);
  });
});
