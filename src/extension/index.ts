export type { Callback, FolderFunction, FoundDefinition, FunctionFacts, FunctionSource, ReadDefinition } from './definition-facts.js';
export { CallWatch, isInCall, readWatch, WATCH_BYTES, type WatchReading, type WatchWords } from './call-watch.js';
export { definitionOf, describeFolder, loadFunctions } from './folder-functions.js';
export { folderModules, loadFolder, type LoadedDefinition } from './load-folder.js';
export { toEntries } from './to-entry.js';
