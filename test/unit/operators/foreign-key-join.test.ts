import { describe, expect, it } from 'vitest';
import { murmur128 } from '../../../src/runtime/operators/row-hash.js';
import { ForeignKeyRun } from './foreign-key-run.js';

/** `left@ts key = fk,value`, `right@ts key = value`, `stop`; everything on the way is delivered after each line. */
async function drive(run: ForeignKeyRun, script: string): Promise<string[]> {
  const out: string[] = [];
  for (const line of script.split('\n').map((each) => each.trim())) {
    if (line === 'stop') await run.restart();
    else {
      const [, side, time, key = '', text] = /^(left|right)@(\d+) (\S+) = (.*)$/.exec(line) ?? [];
      const row = text === 'null' || text === undefined ? null : text.split(',').map((value) => (value === '-' ? null : value));
      if (side === 'left') run.left(key, row, Number(time));
      else await run.right(key, row, Number(time));
      await run.settle();
    }
    out.push(...run.lines());
  }
  return out;
}

describe('foreign-key join', () => {
  it('INNER: left changes', async () => {
    const run = await ForeignKeyRun.open('INNER');
    expect(await drive(run, 'right@10 r1 = R1\nleft@5 a = r1,x\nleft@12 a = r1,y\nleft@13 b = r2,z\nleft@14 b = r2,w\nleft@15 a = r2,y\nleft@16 a = null\nleft@17 a = null')).toEqual([
      'a = r1,x,R1 @10', 'a = r1,y,R1 @12', 'a = null @15', 'a = null @16',
    ]);
  });
  it('INNER: the right row goes while a change of the left row is on its way', async () => {
    const run = await ForeignKeyRun.open('INNER');
    expect(await drive(run, 'right@1 r1 = R1\nleft@2 a = r1,x')).toEqual(['a = r1,x,R1 @2']);
    run.left('a', ['r1', 'y'], 3);
    await run.right('r1', null, 4);
    await run.settle();
    expect(run.lines()).toEqual(['a = null @4']);
  });
  it('INNER: a row loses its foreign key and changes again while the answer is on its way', async () => {
    const run = await ForeignKeyRun.open('INNER');
    expect(await drive(run, 'right@1 r1 = R1\nleft@2 a = r1,x')).toEqual(['a = r1,x,R1 @2']);
    run.left('a', [null, 'y'], 3);
    run.left('a', [null, 'z'], 4);
    await run.settle();
    expect(run.lines()).toEqual(['a = null @3']);
    expect(await drive(run, 'left@5 a = r1,x')).toEqual(['a = r1,x,R1 @5']);
    run.left('a', [null, 'y'], 6);
    run.left('a', null, 7);
    await run.settle();
    expect(run.lines()).toEqual(['a = null @6']);
  });
  it('LEFT: left changes', async () => {
    const run = await ForeignKeyRun.open('LEFT');
    expect(await drive(run, 'right@10 r1 = R1\nleft@5 a = r1,x\nstop\nleft@13 b = r2,z\nleft@15 a = r2,y\nleft@16 a = null')).toEqual([
      'a = r1,x,R1 @10', 'b = r2,z,- @13', 'a = r2,y,- @15', 'a = null @16',
    ]);
  });
  it('INNER: no foreign key', async () => {
    const run = await ForeignKeyRun.open('INNER');
    expect(await drive(run, 'right@1 r = R\nleft@2 a = -,x\nleft@3 a = r,x\nleft@4 a = -,y\nleft@5 a = q,y\nleft@6 a = -,y\nleft@7 a = -,z\nleft@8 a = null')).toEqual([
      'a = r,x,R @3', 'a = null @4', 'a = null @5', 'a = null @6',
    ]);
  });
  it('LEFT: no foreign key', async () => {
    const run = await ForeignKeyRun.open('LEFT');
    expect(await drive(run, 'right@1 r = R\nleft@2 a = -,x\nleft@3 a = r,x\nleft@4 a = -,y\nleft@5 a = null')).toEqual([
      'a = -,x,- @2', 'a = r,x,R @3', 'a = -,y,- @4', 'a = null @5',
    ]);
  });
  it.each([false, true])('answers every subscriber of a right change, by left key (forgetful: %s)', async (forgetful) => {
    const run = await ForeignKeyRun.open('INNER', forgetful);
    await drive(run, 'left@1 c = r,1\nleft@2 a = r,2\nleft@3 b = other,3\nstop\nleft@4 b = r,3\nleft@5 d = r,4\nleft@6 c = null');
    expect(await drive(run, 'right@9 r = R\nstop\nright@8 r = null\nright@17 q = Q')).toEqual([
      'a = r,2,R @9', 'b = r,3,R @9', 'd = r,4,R @9', 'a = null @8', 'b = null @8', 'd = null @8',
    ]);
  });
  it('emits two tombstones for a right delete followed by a left delete', async () => {
    const run = await ForeignKeyRun.open('INNER');
    expect(await drive(run, 'left@1 a = r,x\nright@2 r = R\nright@17 r = null\nleft@18 a = null')).toEqual(['a = r,x,R @2', 'a = null @17', 'a = null @18']);
  });
  it('discards answers to rows that have changed meanwhile', async () => {
    const run = await ForeignKeyRun.open('LEFT');
    await run.right('r', ['R'], 1);
    run.left('a', ['r', 'x'], 2);
    run.left('a', ['r', 'y'], 3);
    await run.settle();
    expect(run.lines()).toEqual(['a = r,y,R @3']);
  });
  it('tells apart foreign keys that begin alike', async () => {
    const run = await ForeignKeyRun.open('INNER', true);
    await drive(run, 'left@1 a = r,1\nleft@1 b = rr,2\nstop');
    expect(await drive(run, 'right@2 r = R')).toEqual(['a = r,1,R @2']);
  });
  it('hashes with the published 128-bit function', () => {
    const hex = (text: string): string => Buffer.from(murmur128(Buffer.from(text))).toString('hex');
    expect(hex('')).toBe('00000000000000000000000000000000');
    expect(new Set(['a', 'b', 'ab', 'ba', 'abcdefghijklmnop', 'abcdefghijklmnopq'].map(hex)).size).toBe(6);
  });
});
