import type { Entity } from '../api/index.js';
import type { Broker } from '../broker/index.js';
import type { Catalog } from '../catalog/index.js';
import { RequestError } from '../errors/index.js';
import type { Schemas } from './schemas.js';

export interface TerminationDependencies {
  readonly broker: Broker;
  readonly schemas: Schemas;
  readonly catalog: Catalog;
}

/** Patterns of topic names, each a name or a regular expression of whole names. Throws RequestError. */
export function topicPatterns(patterns: readonly string[]): readonly RegExp[] {
  return patterns.map((pattern) => {
    try {
      return new RegExp(`^(?:${pattern})$`);
    } catch {
      throw new RequestError('BAD_REQUEST', `Invalid pattern: ${pattern}`, { hint: 'Give names of topics, or regular expressions.' });
    }
  });
}

/** Deletes topics that queries of this service write, where they match, with their subjects. Topics of others stay. */
export async function deleteSinkTopics(patterns: readonly RegExp[], { broker, schemas, catalog }: TerminationDependencies): Promise<void> {
  for (const source of catalog.sources.values()) {
    if (source.createdBy === null || !patterns.some((pattern) => pattern.test(source.topic))) continue;
    await broker.admin.deleteTopic(source.topic);
    await schemas.forgetTopic(source.topic);
  }
}

/** The answer to a request that ended the service. */
export function terminationAnswer(sequence: number): Entity {
  return {
    '@type': 'currentStatus',
    statementText: 'TERMINATE CLUSTER;',
    warnings: [],
    commandId: 'cluster/TerminateCluster/terminate',
    commandStatus: { status: 'SUCCESS', message: 'Cluster terminated.', queryId: null },
    commandSequenceNumber: sequence,
  };
}
