import { PlanError } from '../../errors/index.js';
import type { WindowSpec } from '../../plan/index.js';
import type { WindowClause } from '../../parser/index.js';

const DAY_MS = 86_400_000;

/** The windowing of an aggregation. Grace defaults to what is left of a day, and to nothing when results are final. */
export function windowSpec(window: WindowClause, emitFinal: boolean, storeName: string): WindowSpec {
  const sizeMs = window.size.ms;
  const graceMs = window.grace?.ms ?? (emitFinal ? 0 : Math.max(DAY_MS - sizeMs, 0));
  const retentionMs = window.retention?.ms ?? sizeMs + graceMs;
  if (retentionMs < sizeMs + graceMs) {
    const kind = window.type === 'SESSION' ? 'session' : 'window';
    const size = window.type === 'SESSION' ? 'inactivity gap' : 'window size';
    const label = window.type === 'SESSION' ? 'gap' : 'size';
    throw new PlanError(
      `The retention period of the ${kind} store ${storeName} must be no smaller than its ${size} plus the grace period. ` +
        `Got ${label}=[${String(sizeMs)}], grace=[${String(graceMs)}], retention=[${String(retentionMs)}]`,
      { span: window.span, hint: 'Write a RETENTION of at least the size and the grace period together.' });
  }
  switch (window.type) {
    case 'TUMBLING':
      return { type: 'TUMBLING', sizeMs, graceMs, retentionMs };
    case 'HOPPING':
      return { type: 'HOPPING', sizeMs, advanceMs: window.advance?.ms ?? sizeMs, graceMs, retentionMs };
    case 'SESSION':
      return { type: 'SESSION', gapMs: sizeMs, graceMs, retentionMs };
  }
}
