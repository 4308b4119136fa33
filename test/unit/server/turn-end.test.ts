import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { systemClock } from '../../../src/env/index.js';
import { StreamWriter } from '../../../src/server/stream-writer.js';
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

it('an answer that cannot be sent takes none of its turn along', async () => {
  const turnEnd = new TurnEnd(systemClock());
  const writers: StreamWriter[] = [];
  const server = createServer((_request, response) => {
    if (writers.push(new StreamWriter(response, turnEnd)) < 2) return;
    writers.forEach((writer, index) => {
      // No header may have a line break.
      writer.head(200, { 'x-kind': index === 0 ? 'a\nb' : 'c' });
      writer.end('whole');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const textOf = (): Promise<string> => fetch(url).then((answer) => answer.text(), () => 'cut');
  const texts = await Promise.all([textOf(), textOf()]);
  expect(texts.sort()).toEqual(['cut', 'whole']);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
