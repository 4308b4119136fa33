/** Kafka's own default. */
const MAX_MESSAGE_BYTES = 1_048_588;

/** `max.message.bytes` of topics as last described: known without asking when records are appended. */
export class TopicLimits {
  private readonly known = new Map<string, number>();

  learn(topic: string, bytes: number): void {
    this.known.set(topic, bytes);
  }
  forget(topic: string): void {
    this.known.delete(topic);
  }
  of(topic: string): number {
    return this.known.get(topic) ?? MAX_MESSAGE_BYTES;
  }
}
