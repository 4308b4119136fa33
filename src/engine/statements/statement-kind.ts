import type { Statement } from '../../parser/index.js';

export type StatementKind = Statement['kind'];
