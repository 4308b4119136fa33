import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { Settings } from '../../../src/engine/config/settings.js';
import { registryClientOptions } from '../../../src/engine/open-registry.js';
import { manualClock, type Clock } from '../../../src/env/index.js';
import { RegistryClient } from '../../../src/registry/index.js';

/** Typed: the matchers of the test library are not. */
const containing = (text: string): unknown => expect.stringContaining(text);

interface Reply {
  readonly status: number;
  readonly body: unknown;
}
type Handler = (request: IncomingMessage, response: ServerResponse) => Reply | null;

const open: Server[] = [];
const clients: RegistryClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A registry that answers what the test says; null leaves the caller waiting. */
async function serve(handler: Handler): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const reply = handler(request, response);
    if (reply === null) return;
    response.writeHead(reply.status, { 'content-type': 'application/json' });
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`, asked };
}

/** A clock whose sleeps end at once, and tell how long they were to be; those for answers never end. */
function hastyClock(): { readonly clock: Clock; readonly waits: number[] } {
  const waits: number[] = [];
  const manual = manualClock();
  const clock: Clock = {
    ...manual,
    sleep: (ms, signal) => {
      if (signal !== undefined) return manual.sleep(ms, signal);
      waits.push(ms);
      return Promise.resolve();
    },
  };
  return { clock, waits };
}

function client(url: string, clock: Clock, properties: Readonly<Record<string, string>> = {}): RegistryClient {
  const settings = Settings.ofServer(Object.entries({ 'ksql.schema.registry.url': url, ...properties }));
  const made = new RegistryClient(registryClientOptions(settings, { clock }));
  clients.push(made);
  return made;
}

const int = { schema: '"int"' };
const latest = (version: number): Reply => ({ status: 200, body: { subject: 's', version, id: version, ...int } });

describe('retries', () => {
  test('go on with waits that double, until one works', async () => {
    let left = 3;
    const { url, asked } = await serve(() => (left-- > 0 ? { status: 503, body: 'later' } : { status: 200, body: ['s'] }));
    const { clock, waits } = hastyClock();
    expect(await client(url, clock, { 'ksql.schema.registry.retries.wait.ms': '100', 'ksql.schema.registry.retries.max.wait.ms': '300' }).subjects()).toEqual(['s']);
    expect(waits).toEqual([100, 200, 300]);
    expect(asked).toHaveLength(4);
  });
  test('end in an error that may pass', async () => {
    const { url, asked } = await serve(() => ({ status: 500, body: { error_code: 50001, message: 'Error in the backend data store' } }));
    await expect(client(url, hastyClock().clock, { 'ksql.schema.registry.max.retries': '1' }).subjects()).rejects.toMatchObject({ retriable: true, message: containing('HTTP 500') });
    expect(asked).toHaveLength(2);
  });
  test('are not made for refusals', async () => {
    const { url, asked } = await serve(() => ({ status: 422, body: { error_code: 42201, message: 'Invalid schema' } }));
    await expect(client(url, hastyClock().clock).register('s', { kind: 'AVRO', text: '"int"', references: [] })).rejects.toMatchObject({ registryCode: 42201 });
    expect(asked).toHaveLength(1);
  });
  test('are not made of deletions that may have been carried out', async () => {
    const { url, asked } = await serve(() => ({ status: 500, body: '' }));
    await expect(client(url, hastyClock().clock).deleteSubject('s', false)).rejects.toMatchObject({ retriable: true });
    expect(asked).toHaveLength(1);
  });
  test('the next address is asked, and first from then on', async () => {
    const broken = await serve(() => ({ status: 502, body: '' }));
    const working = await serve(() => ({ status: 200, body: [] }));
    const { clock, waits } = hastyClock();
    const both = client(`${broken.url}, ${working.url}`, clock);
    await both.subjects();
    await both.subjects();
    expect([broken.asked.length, working.asked.length, waits]).toEqual([1, 2, []]);
  });
  test('nobody there', async () => {
    await expect(client('http://127.0.0.1:1', hastyClock().clock, { 'ksql.schema.registry.max.retries': '0' }).subjects()).rejects.toMatchObject({ retriable: true, message: containing('cannot be reached') });
  });
  test('no answer in time', async () => {
    const manual = manualClock();
    const { url, asked } = await serve(() => null);
    const subjects = client(url, manual, { 'ksql.schema.registry.max.retries': '0', 'ksql.schema.registry.http.read.timeout.ms': '700' }).subjects();
    const refused = expect(subjects).rejects.toMatchObject({ message: containing('no answer within 700 ms') });
    while (asked.length === 0) await manual.yieldTurn();
    await manual.advance(700);
    await refused;
  });
});

describe('what is kept', () => {
  test('ids for ever, also while they are asked for', async () => {
    const { url, asked } = await serve(() => ({ status: 200, body: int }));
    const one = client(url, hastyClock().clock);
    await Promise.all([one.byId(1), one.byId(1)]);
    await one.byId(1);
    expect(asked).toEqual(['GET /schemas/ids/1']);
  });
  test('what was not there is asked for again', async () => {
    let known = false;
    const { url, asked } = await serve(() => (known ? { status: 200, body: int } : { status: 404, body: { error_code: 40403, message: 'Schema 1 not found' } }));
    const one = client(url, hastyClock().clock);
    expect(await one.byId(1)).toBeNull();
    known = true;
    expect(await one.byId(1)).toMatchObject({ id: 1 });
    expect(asked).toHaveLength(2);
  });
  test('the newest version, briefly', async () => {
    let version = 1;
    const { url } = await serve(() => latest(version));
    const clock = manualClock();
    const one = client(url, clock, { 'ksql.schema.registry.latest.cache.ttl.sec': '5', 'ksql.schema.registry.http.read.timeout.ms': '100000' });
    expect(await one.latest('s')).toMatchObject({ version: 1 });
    version = 2;
    expect(await one.latest('s')).toMatchObject({ version: 1 });
    await clock.advance(5000);
    expect(await one.latest('s')).toMatchObject({ version: 2 });
  });
  test('not longer than until this client changes the subject', async () => {
    let version = 1;
    const { url } = await serve((request) => (request.method === 'POST' ? { status: 200, body: { id: 2 } } : latest(version)));
    const one = client(url, hastyClock().clock);
    await one.latest('s');
    version = 2;
    await one.register('s', { kind: 'AVRO', text: '"long"', references: [] });
    expect(await one.latest('s')).toMatchObject({ version: 2 });
  });
});

describe('credentials', () => {
  const headers: (string | undefined)[] = [];
  const guarded: Handler = (request) => {
    headers.push(request.headers.authorization);
    return request.headers.authorization === `Basic ${Buffer.from('ada:pa:ss').toString('base64')}` ? { status: 200, body: [] } : { status: 401, body: { error_code: 401, message: 'Unauthorized' } };
  };
  test('by setting and in the address', async () => {
    const { url } = await serve(guarded);
    expect(await client(url, hastyClock().clock, { 'ksql.schema.registry.basic.auth.user.info': 'ada:pa:ss' }).subjects()).toEqual([]);
    expect(await client(url.replace('http://', 'http://ada:pa%3Ass@'), hastyClock().clock).subjects()).toEqual([]);
  });
  test('that are wrong are not tried again, and not shown', async () => {
    const { url, asked } = await serve(guarded);
    const error: unknown = await client(url.replace('http://', 'http://ada:secret@'), hastyClock().clock).subjects().catch((failure: unknown) => failure);
    expect(error).toMatchObject({ retriable: false, message: containing('refused the credentials (HTTP 401)') });
    expect(String(error)).not.toContain('secret');
    expect(asked).toHaveLength(1);
  });
  test('a token', async () => {
    headers.length = 0;
    const { url } = await serve(guarded);
    await client(url, hastyClock().clock, { 'ksql.schema.registry.bearer.auth.token': 'abc' }).subjects().catch(() => undefined);
    expect(headers).toEqual(['Bearer abc']);
  });
});

describe('what is no registry', () => {
  test('answers otherwise', async () => {
    const { url } = await serve(() => ({ status: 404, body: '<html>nginx</html>' }));
    await expect(client(url, hastyClock().clock).subjects()).rejects.toMatchObject({ retriable: false, message: containing('does not answer as a schema registry does: HTTP 404') });
  });
  test('redirects are not followed', async () => {
    const target = await serve(() => ({ status: 200, body: [] }));
    const { url } = await serve((_request, response) => {
      response.writeHead(302, { location: `${target.url}/subjects` }).end();
      return null;
    });
    await expect(client(url, hastyClock().clock).subjects()).rejects.toMatchObject({ message: containing('HTTP 302') });
    expect(target.asked).toEqual([]);
  });
  test('settings that are wrong are named', () => {
    const { clock } = hastyClock();
    expect(() => client('localhost:8081', clock)).toThrow('ksql.schema.registry.url holds "localhost:8081"');
    expect(() => client('http://localhost', clock, { 'ksql.schema.registry.max.retries': 'many' })).toThrow('ksql.schema.registry.max.retries');
    expect(() => client('http://localhost', clock, { 'ksql.schema.registry.ssl.truststore.location': '/x/trust.jks' })).toThrow('certificates are taken from PEM files');
    expect(() => client('http://localhost', clock, { 'ksql.schema.registry.ssl.truststore.location': '/nowhere/ca.pem' })).toThrow('cannot be read');
  });
});
