import type { FastifyInstance } from 'fastify';
import type { QueryStatus } from '../../engine/index.js';
import { RequestError } from '../../errors/index.js';
import { sendFailure, sendJson } from '../answer.js';
import { integerField, parseBody, stringField } from '../read-body.js';
import { readText } from '../read-text.js';
import type { RouteContext } from './context.js';

interface Lag {
  readonly currentOffsetPosition: number;
  readonly endOffsetPosition: number;
  readonly offsetLag: number;
}

function activeStores({ tasks }: QueryStatus): object {
  return {
    activeStores: [...new Set(tasks.flatMap((task) => task.stores.map((store) => store.name)))],
    activePartitions: tasks.flatMap((task) => task.inputs.map(({ topic, partition }) => ({ topic, partition }))),
    standByStores: [],
    standByPartitions: [],
  };
}

/** What other servers have, as the groups of the queries tell: whoever is a member is there. */
function sharesOfOthers(statuses: readonly QueryStatus[]): ReadonlyMap<string, Record<string, object>> {
  const hosts = new Map<string, Record<string, object>>();
  for (const { queryId, tasks, others } of statuses) {
    const topics = [...new Set(tasks.flatMap((task) => task.inputs.map(({ topic }) => topic)))];
    const activeStores = [...new Set(tasks.flatMap((task) => task.stores.map((store) => store.name)))];
    for (const { host, partitions } of others) {
      if (host === null) continue;
      const name = new URL(host).host;
      const queries = hosts.get(name) ?? {};
      queries[queryId] = { activeStores, activePartitions: topics.flatMap((topic) => partitions.map((partition) => ({ topic, partition }))), standByStores: [], standByPartitions: [] };
      hosts.set(name, queries);
    }
  }
  return hosts;
}

function storeLags(statuses: readonly QueryStatus[]): Record<string, { lagByPartition: Record<string, Lag> }> {
  const lags: Record<string, { lagByPartition: Record<string, Lag> }> = {};
  for (const { queryId, tasks } of statuses) {
    for (const { partition, stores } of tasks) {
      // The active store is what its changelog holds.
      for (const { name, changelogOffset } of stores) {
        const store = (lags[`${queryId}#${name}`] ??= { lagByPartition: {} });
        store.lagByPartition[String(partition)] = { currentOffsetPosition: changelogOffset, endOffsetPosition: changelogOffset, offsetLag: 0 };
      }
    }
  }
  return lags;
}

/** GET /clusterStatus, POST /heartbeat, POST /lag: who is there, and how far each one is. */
export function clusterRoutes(app: FastifyInstance, { engine, settings, clock, host }: RouteContext): void {
  const heard = new Map<string, number>();
  const enabled = (): boolean => settings.flag('ksql.heartbeat.enable');
  app.get('/clusterStatus', async (_request, reply) => {
    if (!enabled()) return sendFailure(reply, new RequestError('NOT_FOUND', 'The heartbeat is not enabled', { hint: 'Set ksql.heartbeat.enable=true in the server configuration.' }));
    const statuses = await engine.queryStatuses();
    const now = clock.now();
    const members = sharesOfOthers(statuses);
    const others = [...new Set([...heard.keys(), ...members.keys()])].map((name) => {
      const at = members.has(name) ? now : (heard.get(name) ?? 0);
      return [name, { hostAlive: now - at < 10_000, lastStatusUpdateMs: at, activeStandbyPerQuery: members.get(name) ?? {}, hostStoreLags: { stateStoreLags: {}, updateTimeMs: at } }] as const;
    });
    const own = {
      hostAlive: true,
      lastStatusUpdateMs: now,
      activeStandbyPerQuery: Object.fromEntries(statuses.map((status) => [status.queryId, activeStores(status)])),
      hostStoreLags: { stateStoreLags: storeLags(statuses), updateTimeMs: now },
    };
    return sendJson(reply, { clusterStatus: Object.fromEntries([...others, [host(), own] as const]) });
  });
  app.post('/heartbeat', async (request, reply) => {
    try {
      const body = parseBody(await readText(request.raw, request.maxBodyBytes));
      const name = hostField(body['hostInfo']) ?? stringField(body, 'hostInfo') ?? '';
      if (heard.size < 1000 || heard.has(name)) heard.set(name, integerField(body, 'timestamp') ?? clock.now());
      return sendJson(reply, { ok: true });
    } catch (error) {
      return sendFailure(reply, error);
    }
  });
  app.post('/lag', async (request, reply) => {
    try {
      parseBody(await readText(request.raw, request.maxBodyBytes));
      return sendJson(reply, { ok: true });
    } catch (error) {
      return sendFailure(reply, error);
    }
  });
}

/** ksqlDB's servers send `host:port`, some clients an object of both. */
function hostField(value: unknown): string | null {
  return typeof value === 'object' && value !== null && 'host' in value && 'port' in value ? `${String(value.host)}:${String(value.port)}` : null;
}
