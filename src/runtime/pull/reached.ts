import type { Clock } from '../../env/index.js';
import { RequestError } from '../../errors/index.js';
import type { PullParameters, TopicPositions } from '../messages.js';

const CHECK_MS = 5;

/** Whether every input that both know has been read so far. Inputs that are gone hold nobody up. */
export function hasReached(reached: TopicPositions, wanted: TopicPositions): boolean {
  return wanted.every(([topic, partition, offset]) => {
    const found = reached.find((each) => each[0] === topic && each[1] === partition);
    return found === undefined || found[2] >= offset;
  });
}

/** Resolves when the committed rows know that much. Rejects with RequestError when that takes too long. */
export async function whenReached(session: { readonly reached: TopicPositions }, atLeast: NonNullable<PullParameters['atLeast']>, clock: Clock): Promise<void> {
  const deadlineMs = clock.monotonic() + atLeast.waitMs;
  while (!hasReached(session.reached, atLeast.positions)) {
    if (clock.monotonic() >= deadlineMs) {
      throw new RequestError('NOT_READY', 'The table does not know yet what the consistency token asks for', { hint: 'Try again; or leave the token out for an answer from what is known.' });
    }
    await clock.sleep(CHECK_MS);
  }
}
