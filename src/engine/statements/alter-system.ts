import { RequestError } from '../../errors/index.js';
import type { AlterSystem } from '../../parser/index.js';
import type { StatementServices } from './services.js';

/** ALTER SYSTEM acts on runtimes that several queries share; without them there is nothing it could change. */
export function alterSystem(statement: AlterSystem, services: StatementServices): never {
  if (!services.settings.flag('ksql.runtime.feature.shared.enabled')) {
    throw new RequestError('SERVER', `Cannot alter system property '${statement.name}': shared runtimes are not enabled`, {
      hint: "Put the property into the server's configuration, or SET it before the statement it is for.",
    });
  }
  throw new RequestError('SERVER', `Failed to set ${statement.name} to ${statement.value}. This property cannot be altered while the server runs`, {
    hint: "Put the property into the server's configuration and restart it.",
  });
}
