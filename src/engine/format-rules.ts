import type { FormatRules } from '../planner/index.js';
import { findFormatTraits, reasonAgainst } from '../serde/index.js';

/** The rules of the formats, for the planner. */
export const formatRules: FormatRules = { find: findFormatTraits, reasonAgainst };
