import type { Broker } from '../../broker/index.js';
import type { Catalog, SideFormat, Source } from '../../catalog/index.js';
import { RequestError, didYouMean } from '../../errors/index.js';
import { STRING, type Column, type WindowInfo } from '../../types/index.js';
import type { AccessGuard } from '../access.js';

/** How the bytes of a topic are read and written by the loaders: as its stream or table declares, or as plain text. */
export interface BulkTarget {
  readonly name: string;
  readonly kind: Source['kind'] | 'TOPIC';
  readonly topic: string;
  readonly key: BulkSide;
  readonly value: BulkSide;
  readonly window: WindowInfo | null;
  readonly readOnly: boolean;
}
export interface BulkSide {
  readonly columns: readonly Column[];
  readonly format: SideFormat;
}

/** What is going to be done, and for whom; guard null: for nobody who has to be asked. */
export interface BulkAsk {
  readonly operation: 'read' | 'write';
  readonly guard: AccessGuard | null;
}

const TEXT: SideFormat = { name: 'KAFKA', properties: {}, features: [] };

/** A topic that nothing is declared over: one column each for key and value. */
function plainTopic(topic: string): BulkTarget {
  const side = (name: string): BulkSide => ({ columns: [{ name, type: STRING }], format: TEXT });
  return { name: topic, kind: 'TOPIC', topic, key: side('KEY'), value: side('VALUE'), window: null, readOnly: false };
}

function declared(source: Source): BulkTarget {
  return {
    name: source.name,
    kind: source.kind,
    topic: source.topic,
    key: { columns: source.keyColumns, format: source.keyFormat },
    value: { columns: source.valueColumns, format: source.valueFormat },
    window: source.window,
    readOnly: source.readOnly,
  };
}

function unquoted(text: string): string | null {
  const quoted = /^"(.*)"$|^`(.*)`$/s.exec(text);
  return quoted === null ? null : (quoted[1] ?? quoted[2] ?? '');
}

/**
 * What a name means: a stream or table (in quotes: exactly as written), or a topic. A topic that streams are declared over is
 * read as the first of them says. Throws RequestError NOT_FOUND, or FORBIDDEN.
 */
export async function bulkTarget(name: string, { operation, guard }: BulkAsk, { catalog, broker }: { readonly catalog: Catalog; readonly broker: Broker }): Promise<BulkTarget> {
  const given = name.trim();
  const source = catalog.sources.get(unquoted(given) ?? given.toUpperCase()) ?? catalog.sources.get(given);
  if (source !== undefined) {
    guard?.require({ operation, on: 'source', name: source.name });
    return declared(source);
  }
  // Before anybody is told whether there is such a topic.
  guard?.require({ operation, on: 'topic', name: unquoted(given) ?? given });
  const topic = await broker.admin.describeTopic(unquoted(given) ?? given);
  if (topic === null) {
    const known = [...catalog.sources.keys(), ...(await broker.admin.listTopics()).map((each) => each.name)];
    throw new RequestError('NOT_FOUND', `There is no stream, table or topic ${given}`, { hint: didYouMean(given, known) ?? 'SHOW STREAMS; SHOW TABLES; SHOW TOPICS; list what there is.' });
  }
  const over = [...catalog.sources.values()].find((each) => each.topic === topic.name);
  return over === undefined ? plainTopic(topic.name) : declared(over);
}
