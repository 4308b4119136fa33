import { RequestError, type ErrorCode } from '../errors/index.js';

/** An answer of the registry with the code that its REST API gives it: 40401, 42201, 409 … */
export class RegistryError extends RequestError {
  constructor(
    readonly registryCode: number,
    message: string,
    cause?: unknown,
  ) {
    super(codeOf(registryCode), message, cause === undefined ? {} : { cause });
  }

  /** The HTTP status that goes with the code. */
  get status(): number {
    return this.registryCode < 1000 ? this.registryCode : Math.floor(this.registryCode / 100);
  }
}

function codeOf(registryCode: number): ErrorCode {
  const status = registryCode < 1000 ? registryCode : Math.floor(registryCode / 100);
  if (status === 404) return 'NOT_FOUND';
  return status >= 500 ? 'SERVER' : 'BAD_REQUEST';
}

export const subjectNotFound = (subject: string): RegistryError => new RegistryError(40401, `Subject '${subject}' not found.`);
export const versionNotFound = (version: number | 'latest'): RegistryError => new RegistryError(40402, `Version ${version} not found.`);
export const schemaNotFound = (id?: number): RegistryError => new RegistryError(40403, id === undefined ? 'Schema not found' : `Schema ${id} not found`);
export const invalidSchema = (reason: string): RegistryError => new RegistryError(42201, `Invalid schema: ${reason}`);
