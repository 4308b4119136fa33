import { RecordError } from '../../errors/index.js';
import type { Key, Row } from '../../types/index.js';
import type { CompileEnvironment } from '../compile/compiler.js';
import type { Emit } from '../operators/operator.js';
import type { Exchange } from '../topology.js';
import type { ExchangeDecoder } from './exchange-codec.js';
import type { RecordContext } from './record-context.js';
import type { RecordProcessor } from './slab-input.js';

/** Reads the records of exchanges that carry more than a row (changes, foreign-key messages). */
export function decoderProcessor(
  decoder: ExchangeDecoder,
  environment: CompileEnvironment,
  exchange: Exchange,
  context: RecordContext,
  down: Emit,
): RecordProcessor {
  return {
    timestampOf: null,
    process(slab, index, buffer) {
      let side: 'key' | 'value' = 'key';
      let decoded: { readonly key: Key | null; readonly row: Row | null; readonly old: Row | null | undefined };
      try {
        const key = decoder.decodeKey(buffer, slab.keyPositions[index] ?? 0, slab.keyLengths[index] ?? -1);
        side = 'value';
        const { row, old } = decoder.decodeValue(buffer, slab.valuePositions[index] ?? 0, slab.valueLengths[index] ?? -1);
        decoded = { key, row, old };
      } catch (error) {
        if (!(error instanceof RecordError)) throw error;
        environment.log.deserializationError(exchange.step.name, side, error, context);
        if (environment.failOnDeserializationError) throw error;
        return;
      }
      down(decoded.key, decoded.row, decoded.old, slab.timestamps[index] ?? 0);
    },
  };
}
