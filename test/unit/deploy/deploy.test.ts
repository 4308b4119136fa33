import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '../../../cli/read-settings.js';
import { openLocal } from '../../../src/engine/index.js';
import { VERSION } from '../../../src/env/index.js';
import { ServerMetrics } from '../../../src/server/index.js';
import { ROOT } from '../../tidy/tree.js';

const DEPLOY = join(ROOT, 'deploy');
const read = (path: string): string => readFileSync(join(DEPLOY, path), 'utf8');

test('settings that the files give are settings that there are', () => {
  const files = ['docker/Dockerfile', 'docker/compose.yaml', 'docker/compose.kafka.yaml', 'systemd/millrace.service'].map(read);
  const given = files.flatMap((text) => [...text.matchAll(/\b(KSQL_[A-Z_]+)[=:]\s*(\S+)/g)].map((match) => [match[1] ?? '', match[2] ?? ''] as const));
  expect(given.length).toBeGreaterThan(4);
  const warnings: string[] = [];
  readSettings(null, [], Object.fromEntries(given), (message) => warnings.push(message));
  expect(warnings).toEqual([]);
});

test('the image runs a user of its own, is asked how it is, and gets the signal that drains', () => {
  const image = read('docker/Dockerfile');
  expect(image).toMatch(/^USER node$/m);
  expect(image).toMatch(/^HEALTHCHECK .*\n?.*\/readyz/m);
  expect(image).toMatch(/^STOPSIGNAL SIGTERM$/m);
  expect(image).toMatch(/npm ci --ignore-scripts/);
  for (const file of ['docker/compose.yaml', 'docker/compose.kafka.yaml']) {
    const text = read(file);
    expect(text).toContain('read_only: true');
    // Ports are open to this machine only.
    for (const [, port = ''] of text.matchAll(/ports: \["([^"]+)"\]/g)) expect(port).toMatch(/^127\.0\.0\.1:/);
    for (const [, path = ''] of text.matchAll(/["\s-](\.\.\/[\w./-]+):/g)) expect(existsSync(join(dirname(join(DEPLOY, file)), path))).toBe(true);
  }
});

test('the unit is one that systemd takes', (context) => {
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) return context.skip();
  const checked = spawnSync('systemd-analyze', ['verify', join(DEPLOY, 'systemd', 'millrace.service')], { encoding: 'utf8' });
  expect(checked.stderr.split('\n').filter((line) => line.includes('millrace.service'))).toEqual([]);
});

test('every metric of the dashboard is one that a server has, and every metric of queries is on it', async () => {
  const metrics = new ServerMetrics();
  const { engine } = await openLocal({ storage: { memory: true }, version: VERSION, env: { metrics } });
  await engine.execute("CREATE STREAM s (v INT) WITH (kafka_topic='s', value_format='JSON', partitions=1); CREATE STREAM o AS SELECT * FROM s;");
  await engine.insert('S', [new Map([['V', 1]])]);
  await engine.whenIdle();
  const text = await metrics.text(engine, 0);
  await engine.close();
  const known = [...text.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1] ?? '');
  const dashboard = JSON.parse(read('grafana/dashboard.json')) as { readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[] };
  const used = dashboard.panels.flatMap((panel) => panel.targets.flatMap(({ expr }) => [...expr.matchAll(/\b((?:ksql|http|nodejs|process)_[a-z0-9_]+)/g)].map((match) => (match[1] ?? '').replace(/_(bucket|count|sum)$/, ''))));
  expect(used.filter((name) => !known.includes(name))).toEqual([]);
  expect(known.filter((name) => name.startsWith('ksql_') && !used.includes(name) && name !== 'ksql_query_commits_total')).toEqual([]);
  expect(text).toMatch(/ksql_commit_duration_seconds_count\{query_id="CSAS_O_\d+"\} [1-9]/);
  expect(text).toMatch(/ksql_e2e_latency_seconds_count\{query_id="CSAS_O_\d+"\} [1-9]/);
  expect(text).toMatch(/ksql_query_restarts_total\{query_id="CSAS_O_\d+"\} 0/);
});
