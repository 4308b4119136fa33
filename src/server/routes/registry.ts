import type { FastifyInstance } from 'fastify';
import type { Compatibility } from '../../engine/index.js';
import type { RouteContext } from './context.js';
import { answering, bodyOf, isAsked, schemaIn, versionIn, type RegistryRequest } from './registry-answer.js';
import { registryConfigRoutes } from './registry-config.js';
import { registrySchemaRoutes } from './registry-schemas.js';
import { registrySubjectRoutes } from './registry-subjects.js';

/** The schema registry's API beside the SQL one: serializers of other programs take the server for their registry. */
export function registryRoutes(app: FastifyInstance, { registry }: RouteContext): void {
  // With a registry elsewhere the server is not its doorkeeper.
  if (registry === null || registry === undefined) return;
  registrySubjectRoutes(app, registry);
  registrySchemaRoutes(app, registry);
  registryConfigRoutes(app, registry);
  app.get('/contexts', answering(async () => ['.']));
  app.post('/compatibility/subjects/:subject/versions', answering(async (request) => {
    return verdict(request, await registry.check(request.params.subject, schemaIn(await bodyOf(request))));
  }));
  app.post('/compatibility/subjects/:subject/versions/:version', answering(async (request) => {
    const { subject, version } = request.params;
    return verdict(request, await registry.checkVersion(subject, schemaIn(await bodyOf(request)), versionIn(version)));
  }));
}

function verdict(request: RegistryRequest, { compatible, messages }: Compatibility): object {
  return { is_compatible: compatible, ...(isAsked(request, 'verbose') ? { messages } : {}) };
}
