import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { mkdtempSync, rmSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { parseProperties, readSettings } from '../../../cli/read-settings.js';
import { Settings } from '../../../src/engine/index.js';

const folder = mkdtempSync(join(tmpdir(), 'millrace-settings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const silent = (): void => undefined;
function settings(file: string | null, environment: Readonly<Record<string, string>>, flags: readonly string[], warn: (message: string) => void = silent): Settings {
  const path = join(folder, 'server.properties');
  if (file !== null) writeFileSync(path, file);
  return Settings.ofServer(readSettings(file === null ? null : path, flags, environment, warn).map(({ name, value }) => [name, value] as const));
}

test('properties files are read as Java reads them', () => {
  const text = ['# comment', '! another', 'a=1', 'b : 2', 'c 3', '  d = four\\', '     and more ', 'e\\ f=g\\=h', 'u=\\u00e9\\n', 'empty=', '', 'w=C:\\\\x'].join('\r\n');
  expect(parseProperties(text)).toEqual([
    ['a', '1'], ['b', '2'], ['c', '3'], ['d', 'fourand more '], ['e f', 'g=h'], ['u', 'é\n'], ['empty', ''], ['w', 'C:\\x'],
  ]);
});

test('flags win over the environment, the environment over the file, all over defaults', () => {
  const name = 'ksql.streams.commit.interval.ms';
  const environment = { KSQL_KSQL_STREAMS_COMMIT_INTERVAL_MS: '200' };
  expect(settings(null, {}, []).text(name)).toBe('2000');
  expect(settings(`${name}=100`, {}, []).text(name)).toBe('100');
  expect(settings(`${name}=100`, environment, []).text(name)).toBe('200');
  expect(settings(`${name}=100`, environment, [`${name}=300`]).text(name)).toBe('300');
});

test('precedence holds whichever spelling of a name is used', () => {
  expect(settings('ksql.streams.commit.interval.ms=100', {}, ['commit.interval.ms=300']).text('commit.interval.ms')).toBe('300');
  expect(settings('commit.interval.ms=100', { KSQL_COMMIT_INTERVAL_MS: '200' }, []).text('ksql.streams.commit.interval.ms')).toBe('200');
  // Within one file the name with the prefix wins, as in ksqlDB.
  expect(settings('ksql.streams.commit.interval.ms=1\ncommit.interval.ms=2', {}, []).text('commit.interval.ms')).toBe('1');
});

test('environment names map as those of the ksqlDB image do', () => {
  const given = settings(null, { KSQL_LISTENERS: 'http://0.0.0.0:1', KSQL_KSQL_SERVICE_ID: 'mine_', KSQL_HEAP_OPTS: '-Xmx1g', OTHER: 'x' }, []);
  expect(given.text('listeners')).toBe('http://0.0.0.0:1');
  expect(given.text('ksql.service.id')).toBe('mine_');
  expect(given.serverNames()).toEqual(['listeners', 'ksql.service.id']);
});

test('an unknown name is warned about with a suggestion; a flag without a value is refused', () => {
  const warnings: string[] = [];
  settings('ksql.servise.id=x', {}, [], (message) => warnings.push(message));
  expect(warnings).toEqual([expect.stringMatching(/Unknown setting ksql\.servise\.id \(file\).*ksql\.service\.id/)]);
  expect(() => settings(null, {}, ['novalue'])).toThrow('NAME=VALUE');
});

test('a setting that changes nothing is said to, with the reason', () => {
  const said: string[] = [];
  settings('ksql.streams.num.standby.replicas=1\nksql.authorization.cache.max.entries=5\nksql.heartbeat.window.ms=7', {}, ['response.http.headers.config=x'], (message) => said.push(message));
  expect(said).toEqual([
    'ksql.streams.num.standby.replicas (file) has no effect: there are no standby replicas',
    'ksql.authorization.cache.max.entries (file) has no effect: who may do what stands in `millrace.authorization.rules.file`',
    'ksql.heartbeat.window.ms (file) has no effect: servers know each other by the group that shares the tasks',
    'response.http.headers.config (flag) has no effect: all listeners are alike; what a proxy adds or knows stays with the proxy',
  ]);
});
