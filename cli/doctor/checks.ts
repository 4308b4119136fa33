import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { openLocal, type Settings } from '../../src/engine/index.js';
import { VERSION } from '../../src/env/index.js';

/** What a check found. `warning`: it works, but not well. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly found: string;
  /** What to do; null where nothing is wrong. */
  readonly fix: string | null;
}

const ok = (check: string, found: string): Finding => ({ check, state: 'ok', found, fix: null });
const warning = (check: string, found: string, fix: string): Finding => ({ check, state: 'warning', found, fix });
const failed = (check: string, found: string, fix: string): Finding => ({ check, state: 'failed', found, fix });
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const OLDEST_NODE = [20, 19] as const;
const ENOUGH_FILES = 1024;
const MIB = 1024 * 1024;
const LITTLE_SPACE = 1024 * MIB;
const NO_SPACE = 64 * MIB;
const SKEW_MS = 5000;
const REACH_MS = 3000;

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isEnough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return isEnough ? ok('node', process.version) : failed('node', process.version, `Install Node ${OLDEST_NODE.join('.')} or later.`);
}

/** Opens a database of its own: the native module is there and fits this machine. */
async function checkNative(): Promise<Finding> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-doctor-'));
  try {
    const { engine } = await openLocal({ storage: { folder }, version: VERSION });
    await engine.close();
    return ok('native module', `loads on ${process.platform}-${process.arch}`);
  } catch (error) {
    return failed('native module', messageOf(error), 'Install again for this platform: npm install millrace.');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function checkOpenFiles(): Finding {
  const line = existsSync('/proc/self/limits') ? /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] : undefined;
  if (line === undefined) return ok('open files', 'the system does not tell the limit');
  const limit = line === 'unlimited' ? Number.POSITIVE_INFINITY : Number(line);
  return limit >= ENOUGH_FILES ? ok('open files', line) : warning('open files', line, `Raise it: ulimit -n ${ENOUGH_FILES * 64}, or LimitNOFILE= of the unit.`);
}

/** The folder itself, or the nearest one above it that exists. */
function existing(folder: string): string {
  const path = resolve(folder);
  return existsSync(path) || dirname(path) === path ? path : existing(dirname(path));
}

function checkFolder(folder: string): readonly Finding[] {
  const place = existing(folder);
  const findings: Finding[] = [];
  try {
    accessSync(place, constants.R_OK | constants.W_OK | constants.X_OK);
    findings.push(ok('data folder', `${folder}${place === resolve(folder) ? '' : ' (made at the first start)'}`));
  } catch {
    findings.push(failed('data folder', `${place} may not be written`, `Give it to this user, or name another one with ksql.streams.state.dir.`));
  }
  const { bavail, bsize } = statfsSync(place);
  const free = bavail * bsize;
  const text = `${Math.round(free / MIB).toLocaleString('en')} MiB free`;
  if (free < NO_SPACE) findings.push(failed('disk', text, 'Free space: a full disk pauses every query.'));
  else findings.push(free < LITTLE_SPACE ? warning('disk', text, 'Free space, or set millrace.disk.limit.bytes and retention.ms of topics.') : ok('disk', text));
  const owner = join(place, 'lock');
  if (existsSync(owner)) findings.push(warning('folder lock', `the folder is in use: ${readFileSync(owner, 'utf8').slice(0, 200)}`, 'A second process is refused; connect to that server with `millrace sql URL`.'));
  return findings;
}

async function checkListener(listener: string): Promise<Finding> {
  if (!URL.canParse(listener)) return failed('listener', `${listener} is no URL`, 'Write listeners=http://HOST:PORT.');
  const { hostname, port, protocol } = new URL(listener);
  const host = hostname.replace(/^\[|\]$/g, '');
  const server = createServer();
  try {
    await new Promise<void>((done, fail) => server.once('error', fail).listen({ host, port: Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port) }, done));
    await new Promise((done) => server.close(done));
    return ok('listener', `${listener} is free`);
  } catch (error) {
    return failed('listener', `${listener}: ${messageOf(error)}`, 'Stop what listens there, or choose another port with --set listeners=http://127.0.0.1:PORT.');
  }
}

async function reachUrl(check: string, url: string, property: string): Promise<readonly Finding[]> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(REACH_MS) });
    await answer.body?.cancel();
    const date = Date.parse(answer.headers.get('date') ?? '');
    const skew = Number.isNaN(date) ? 0 : Math.abs(Date.now() - date);
    const found = [ok(check, `${url} answers ${answer.status}`)];
    return skew <= SKEW_MS ? found : [...found, warning('clock', `differs from ${url} by ${Math.round(skew / 1000)} s`, 'Synchronise the clocks (chrony, systemd-timesyncd): times of records come from them.')];
  } catch (error) {
    return [failed(check, `${url}: ${messageOf(error)}`, `Start it, or correct ${property}.`)];
  }
}

function reachSocket(address: string): Promise<Finding> {
  const at = address.lastIndexOf(':');
  return new Promise((done) => {
    const socket = connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)), timeout: REACH_MS });
    const end = (finding: Finding): void => {
      socket.destroy();
      done(finding);
    };
    const no = (reason: string): void => end(failed('broker', `${address}: ${reason}`, 'Start the broker, or correct bootstrap.servers.'));
    socket.once('connect', () => end(ok('broker', `${address} accepts connections`)));
    socket.once('timeout', () => no('no answer'));
    socket.once('error', (error) => no(error.message));
  });
}

/** All checks for a server with these settings, in the order in which a start would need them. */
export async function examine(settings: Settings): Promise<readonly Finding[]> {
  const findings = [checkNode(), await checkNative(), checkOpenFiles(), ...checkFolder(settings.text('state.dir') ?? './millrace-data')];
  for (const listener of settings.list('listeners')) findings.push(await checkListener(listener));
  const registry = settings.text('ksql.schema.registry.url') ?? '';
  if (registry !== '') findings.push(...(await reachUrl('schema registry', new URL('/subjects', registry).href, 'ksql.schema.registry.url')));
  for (const address of settings.list('bootstrap.servers')) findings.push(await reachSocket(address.replace(/^\w+:\/\//, '')));
  return findings;
}
