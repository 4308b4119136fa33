export { EMPTY_CATALOG, type Catalog, type Source, type SideFormat, type HeaderColumn, type PersistentQuery } from './catalog.js';
