import { BrokerError } from '../../../errors/index.js';
import type { Endpoint } from '../wire/wire-transport.js';

/** `host:port` entries of `bootstrap.servers`; a listener name in front (`SASL_SSL://`) is passed over, IPv6 stands in brackets. */
export function parseEndpoints(servers: readonly string[]): readonly Endpoint[] {
  return servers.map((server) => {
    const match = /^(?:[A-Za-z0-9_]+:\/\/)?(?:\[([0-9a-fA-F:.%]+)\]|([^:\s/]+)):(\d{1,5})$/.exec(server);
    const port = Number(match?.[3]);
    const host = match?.[1] ?? match?.[2];
    if (host === undefined || port < 1 || port > 65_535) throw new BrokerError(`bootstrap.servers has an entry that is no address: ${server}`, { retriable: false, hint: 'Entries read HOST:PORT.' });
    return { host, port };
  });
}
