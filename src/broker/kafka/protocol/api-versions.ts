import { BrokerError } from '../../../errors/index.js';
import type { ConnectionVersions } from '../wire/wire-transport.js';
import type { WireReader } from '../wire/wire-reader.js';
import type { WireWriter } from '../wire/wire-writer.js';

const FINALIZED_FEATURES = 2;
const UNSUPPORTED_VERSION = 35;

/** Always version 3, which brokers have since 2.4; the answer's header is that of version 0 whatever the version. */
export const API_VERSIONS = {
  key: 18,
  name: 'ApiVersions',
  version: 3,
  encode(writer: WireWriter): void {
    writer.string('millrace');
    writer.string('1');
    writer.end();
  },
  decode(reader: WireReader): ConnectionVersions {
    const error = reader.int16();
    if (error === UNSUPPORTED_VERSION) {
      throw new BrokerError('The Kafka broker is too old: it does not speak ApiVersions 3', { retriable: false, hint: 'Apache Kafka 2.8 or newer is needed.' });
    }
    const ranges = new Map<number, readonly [number, number]>();
    reader.array(() => {
      const key = reader.int16();
      ranges.set(key, [reader.int16(), reader.int16()]);
      reader.end();
    });
    reader.int32();
    const features = new Map<string, number>();
    reader.end((tag, field) => {
      if (tag !== FINALIZED_FEATURES) return;
      field.array(() => {
        const name = field.text();
        features.set(name, field.int16());
        field.int16();
        field.end();
      });
    });
    return { ranges, features };
  },
} as const;
