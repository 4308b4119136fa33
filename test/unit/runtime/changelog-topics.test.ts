import { expect, test } from 'vitest';
import { changelogConfigs } from '../../../src/runtime/task/internal-topics.js';

test('a changelog is compacted where rows change, and ends by time where they expire', () => {
  const day = 86_400_000;
  const created = { 'message.timestamp.type': 'CreateTime' };
  expect(changelogConfigs({ kind: 'keyed' })).toEqual({ ...created, 'cleanup.policy': 'compact' });
  expect(changelogConfigs({ kind: 'pending', bucketMs: 1 })).toEqual({ ...created, 'cleanup.policy': 'compact' });
  expect(changelogConfigs({ kind: 'windowed', sizeMs: 10, retentionMs: 1000, order: 'key' })).toEqual({ ...created, 'cleanup.policy': 'compact,delete', 'retention.ms': String(day + 1000) });
  expect(changelogConfigs({ kind: 'events', side: 'left', bucketMs: 10, retentionMs: 1000 })).toEqual({ ...created, 'cleanup.policy': 'delete', 'retention.ms': String(day + 1000) });
});
