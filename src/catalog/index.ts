export { EMPTY_CATALOG, type Catalog, type Source, type SideFormat, type HeaderColumn, type PersistentQuery } from './catalog.js';
export type { CatalogChange } from './change.js';
export { applyChange, applyChanges } from './apply.js';
export { readersOf, writersOf, sourcesOverTopic } from './dependencies.js';
export { catalogToJson, catalogFromJson, type CatalogJson } from './json.js';
