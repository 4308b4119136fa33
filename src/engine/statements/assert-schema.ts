import type { Entity } from '../../api/index.js';
import { RequestError } from '../../errors/index.js';
import type { AssertSchema } from '../../parser/index.js';
import type { SchemaRegistry } from '../../registry/index.js';
import type { RequestStatement } from '../request.js';
import type { StatementServices } from './services.js';
import { untilNull } from './until-null.js';

async function exists(registry: SchemaRegistry, subject: string | null, id: number | null): Promise<boolean> {
  if (subject === null) return id !== null && (await registry.byId(id)) !== null;
  for (const version of await registry.versions(subject)) {
    if (id === null || (await registry.version(subject, version))?.id === id) return true;
  }
  return false;
}

/** ASSERT [NOT EXISTS] SCHEMA: by subject, by id, or both together. */
export async function assertSchema(statement: AssertSchema, from: RequestStatement, services: StatementServices): Promise<Entity> {
  const { subject, id: literal, notExists } = statement;
  if (literal !== null && literal.kind !== 'integer') throw new RequestError('BAD_REQUEST', 'A schema id must be an integer');
  const id = literal === null ? null : Number(literal.value);
  if (subject === null && id === null) throw new RequestError('BAD_REQUEST', 'Must define either subject name or schema ID in the assert');
  const named = [subject === null ? '' : ` subject name ${subject}`, id === null ? '' : ` id ${id}`].filter((part) => part !== '').join(' and');
  const timeoutMs = statement.timeout?.ms ?? services.settings.number('ksql.assert.schema.default.timeout.ms');
  const reason = await untilNull(services.env.clock, timeoutMs, async () => {
    const found = await exists(services.registry, subject, id);
    if (found !== notExists) return null;
    return notExists ? `Schema with${named} exists` : `Schema with${named} does not exist`;
  });
  if (reason !== null) throw new RequestError('ASSERT_FAILED', reason);
  return { '@type': 'assert_schema', statementText: from.text, warnings: [], subject, id, exists: !notExists };
}
