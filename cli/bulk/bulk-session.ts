import type { ExportRequest, ImportOutcome, ImportRequest } from '../../src/api/index.js';
import type { ClientColumn } from '../../src/client/index.js';

/** Rows of an export: each the JSON text of an array. */
export interface ExportedRows {
  readonly columns: readonly ClientColumn[];
  readonly rows: AsyncIterable<string>;
  skipped(): number;
  close(): Promise<void>;
}

/** The loaders' way to an engine: in this process, or behind a server. */
export interface BulkSession {
  importRows(request: ImportRequest): Promise<ImportOutcome>;
  importPosition(target: string, token: string): Promise<number>;
  exportRows(request: ExportRequest): Promise<ExportedRows>;
  /** Statements. */
  execute(sql: string): Promise<void>;
  close(): Promise<void>;
}

export interface SessionOptions {
  /** Folder of the data, where no server is named. */
  readonly data: string;
  readonly server?: string;
  /** `user:password` for the server. */
  readonly user?: string;
  readonly set: readonly string[];
}

async function openServer(url: string, user: string | undefined): Promise<BulkSession> {
  const { HttpClient } = await import('../../src/client/index.js');
  const client = new HttpClient({ url, ...(user === undefined ? {} : { credentials: user }) });
  await client.info();
  return {
    importRows: (request) => client.importRows(request),
    importPosition: (target, token) => client.importPosition(target, token),
    exportRows: async (request) => {
      const result = await client.exportRows(request);
      return { ...result, close: () => Promise.resolve(result.close()) };
    },
    execute: async (sql) => void (await client.execute(sql)),
    close: () => Promise.resolve(),
  };
}

async function openFolder({ data, set }: SessionOptions): Promise<BulkSession> {
  const { openFolderEngine } = await import('../open-folder.js');
  const { rowWriter } = await import('../../src/server/index.js');
  const { formatType } = await import('../../src/types/index.js');
  const { engine } = await openFolderEngine(data, set);
  return {
    importRows: (request) => engine.importRows(request),
    importPosition: (target, token) => engine.importPosition(target, token),
    exportRows: async (request) => {
      const result = await engine.exportRows(request);
      const write = rowWriter(result.columns.map((column) => column.type));
      const texts = async function* (): AsyncGenerator<string> {
        for await (const rows of result.rows) for (const row of rows) yield write(row);
      };
      return {
        columns: result.columns.map(({ name, type }) => ({ name, type: formatType(type) })),
        rows: texts(),
        skipped: () => result.skipped(),
        close: () => result.close(),
      };
    },
    execute: async (sql) => void (await engine.execute(sql)),
    close: () => engine.close(),
  };
}

export function openBulkSession(options: SessionOptions): Promise<BulkSession> {
  return options.server === undefined ? openFolder(options) : openServer(options.server, options.user);
}
