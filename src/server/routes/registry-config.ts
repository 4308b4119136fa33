import type { FastifyInstance } from 'fastify';
import { RegistryError, registryMode, type EmbeddedRegistry } from '../../engine/index.js';
import { MODE_BODY } from '../bodies.js';
import { answering, bodyOf, isAsked, levelIn, type RegistryRequest } from './registry-answer.js';

/** /config and /mode: how strict the registry is and whether it may be changed, as a whole and for a subject. */
export function registryConfigRoutes(app: FastifyInstance, registry: EmbeddedRegistry): void {
  const { table } = registry;
  for (const path of ['/config', '/config/:subject']) {
    app.get(path, answering(async (request) => {
      const subject = subjectOf(request);
      if (subject !== null && table.level(subject) === null && !isAsked(request, 'defaultToGlobal')) throw new RegistryError(40408, `Subject '${subject}' does not have subject-level compatibility configured`);
      return { compatibilityLevel: await registry.compatibility(subject) };
    }));
    app.put(path, answering(async (request) => {
      const level = levelIn(await bodyOf(request));
      await registry.setCompatibility(subjectOf(request), level);
      return { compatibility: level };
    }));
    app.delete(path, answering(async (request) => {
      const subject = subjectOf(request);
      if (subject !== null && table.level(subject) === null) throw new RegistryError(40408, `Subject '${subject}' does not have subject-level compatibility configured`);
      const compatibilityLevel = await registry.compatibility(subject);
      await registry.setCompatibility(subject, null);
      return { compatibilityLevel };
    }));
  }
  modeRoutes(app, registry);
}

function modeRoutes(app: FastifyInstance, registry: EmbeddedRegistry): void {
  const { table } = registry;
  for (const path of ['/mode', '/mode/:subject']) {
    app.get(path, answering(async (request) => {
      const subject = subjectOf(request);
      if (subject !== null && table.mode(subject) === null && !isAsked(request, 'defaultToGlobal')) throw new RegistryError(40409, `Subject '${subject}' does not have subject-level mode configured`);
      return { mode: registry.mode(subject) };
    }));
    app.put(path, answering(async (request) => {
      const mode = registryMode(MODE_BODY.mode.of(await bodyOf(request)) ?? null);
      if (mode === null) throw new RegistryError(42204, 'Invalid mode. Valid values are READWRITE, READONLY, READONLY_OVERRIDE, IMPORT');
      await registry.setMode(subjectOf(request), mode);
      return { mode };
    }));
    app.delete(path, answering(async (request) => {
      const subject = subjectOf(request);
      if (subject !== null && table.mode(subject) === null) throw new RegistryError(40409, `Subject '${subject}' does not have subject-level mode configured`);
      const mode = registry.mode(subject);
      await registry.setMode(subject, null);
      return { mode };
    }));
  }
}

// The path without a subject has no such parameter.
function subjectOf(request: RegistryRequest): string | null {
  const parameters: { readonly subject?: string } = request.params;
  return parameters.subject ?? null;
}
