import { expect, test } from 'vitest';
import { protobufText, sortedMapEntries } from '../../../src/testing/conformance/proto-text.js';

const schema = `syntax = "proto3";

message A {
  int64 ID = 1;
  repeated AEntry M = 2;
  repeated B L = 3;
  bytes R = 4;

  message AEntry {
    string key = 1;
    int32 value = 2;
  }

  message B {
    string S = 1;
  }
}
`;

test('messages as text: defaults left out, entries of maps in a fixed order, lists in theirs', () => {
  const bytes = Buffer.from(
    [[8, 5], [18, 5, 10, 1, 0x7a, 16, 1], [18, 5, 10, 1, 0x61, 16, 0], [26, 3, 10, 1, 0x79], [26, 3, 10, 1, 0x78], [34, 1, 0x21]].flat(),
  );
  const text = 'ID: 5\nM {\n  key: "a"\n}\nM {\n  key: "z"\n  value: 1\n}\nL {\n  S: "y"\n}\nL {\n  S: "x"\n}\nR: "!"\n';
  expect(protobufText(schema, bytes)).toBe(text);
  expect(sortedMapEntries(schema, 'M {\n  key: "z"\n}\nM {\n  key: "a"\n}\nL {\n  S: "y"\n}\nL {\n  S: "x"\n}\n')).toBe('M {\n  key: "a"\n}\nM {\n  key: "z"\n}\nL {\n  S: "y"\n}\nL {\n  S: "x"\n}\n');
});
