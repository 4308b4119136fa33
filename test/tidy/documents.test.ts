import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, documents } from './tree.js';

test('links in documents lead somewhere', () => {
  const broken = documents().flatMap((document) =>
    [...document.text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !existsSync(join(ROOT, dirname(document.path), target)))
      .map((target) => `${document.path} → ${target}`),
  );
  expect(broken).toEqual([]);
});

test('paths named in documents exist', () => {
  const missing = documents()
    .filter((document) => !document.path.startsWith('CHANGELOG'))
    .flatMap((document) =>
      [...document.text.matchAll(/`((?:src|cli|test|bench|docs|examples|scripts|deploy)\/[\w./-]+)`/g)]
        .map((match) => (match[1] ?? '').replace(/\/$/, ''))
        .filter((target) => !existsSync(join(ROOT, target)))
        .map((target) => `${document.path} → ${target}`),
    );
  expect(missing).toEqual([]);
});
