// Node's own decoders of buffer ranges, which `toString` calls after checking its arguments; the published types leave them out.
interface Buffer {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
}
