import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Prints what Kafka's own client reads in read_committed mode: one line a record, `partition offset timestamp key value headers`, in hexadecimal. */
public class ReadCommitted {
  public static void main(String[] args) {
    Properties config = new Properties();
    config.put("bootstrap.servers", args[0]);
    config.put("isolation.level", "read_committed");
    config.put("auto.offset.reset", "earliest");
    StringBuilder out = new StringBuilder();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (PartitionInfo info : consumer.partitionsFor(args[1])) partitions.add(new TopicPartition(args[1], info.partition()));
      partitions.sort(Comparator.comparingInt(TopicPartition::partition));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          out.append(record.partition()).append(' ').append(record.offset()).append(' ').append(record.timestamp()).append(' ');
          out.append(hex(record.key())).append(' ').append(hex(record.value())).append(' ');
          for (Header header : record.headers()) out.append(header.key()).append('=').append(hex(header.value())).append(';');
          out.append('\n');
        }
      }
    }
    System.out.print(out);
  }

  private static String hex(byte[] bytes) {
    return bytes == null ? "null" : bytes.length == 0 ? "-" : HexFormat.of().formatHex(bytes);
  }
}
