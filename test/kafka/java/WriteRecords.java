import java.util.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes records as Kafka's own client does: `BOOTSTRAP TOPIC COUNT CODEC [transactions [keyed]]`; every third transaction is aborted. */
public class WriteRecords {
  public static void main(String[] args) throws Exception {
    boolean transactions = args.length > 4;
    int count = Integer.parseInt(args[2]);
    Properties config = new Properties();
    config.put("bootstrap.servers", args[0]);
    config.put("compression.type", args[3]);
    config.put("linger.ms", "20");
    config.put("batch.size", "60000");
    if (transactions) config.put("transactional.id", "java-" + args[1]);
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      if (transactions) producer.initTransactions();
      for (int i = 0; i < count; i++) {
        if (transactions && i % 10 == 0) producer.beginTransaction();
        byte[] key = i % 5 == 0 && args.length < 6 ? null : i % 5 == 1 ? new byte[4] : ("key-" + i % 17).getBytes("UTF-8");
        byte[] value = i % 11 == 0 ? null : ("value " + i + " " + "x".repeat(i % 200)).getBytes("UTF-8");
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(args[1], 0, 1000L + i, key, value);
        if (i % 7 == 0) record.headers().add("h", ("header " + i).getBytes("UTF-8")).add("null", null);
        producer.send(record);
        if (transactions && i % 10 == 9) {
          if (i / 10 % 3 == 2) { producer.flush(); producer.abortTransaction(); } else producer.commitTransaction();
        }
      }
    }
  }
}
