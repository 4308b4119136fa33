import { expect, it } from 'vitest';
import { TurnEnd } from '../../../src/server/turn-end.js';

it('does all that came in a turn at its end, in order, and what comes meanwhile at the end of the next', async () => {
  const ends: (() => void)[] = [];
  const turnEnd = new TurnEnd({ yieldTurn: () => new Promise((resolve) => ends.push(resolve)) });
  const done: string[] = [];
  turnEnd.add(() => {
    done.push('first');
    turnEnd.add(() => done.push('later'));
  });
  turnEnd.add(() => done.push('second'));
  expect(done).toEqual([]);
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(done).toEqual(['first', 'second']);
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(done).toEqual(['first', 'second', 'later']);
});
