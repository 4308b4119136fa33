import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Window;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.WindowedSerdes;
import org.apache.kafka.streams.kstream.internals.SessionWindow;
import org.apache.kafka.streams.kstream.internals.TimeWindow;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.TimestampedWindowStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.apache.kafka.streams.state.WindowStore;

/**
 * StreamsState BOOTSTRAP APPLICATION INPUT KIND:STORE:SIZE…: a Kafka Streams application over stores whose changelogs may exist already.
 * Restores them, does what the records of INPUT say (STORE|KEY|START|END|TIME|VALUE, value - deletes), and prints what the stores hold:
 * STORE KEY START END TIME VALUE, tab-separated, - where a kind has no such thing. Kinds: table, windowed, session, join; sizes in ms.
 * Of the kinds time-topic and session-topic STORE is a topic with windowed keys.
 */
public final class StreamsState {
  private static final Duration RETENTION = Duration.ofHours(12);

  private record Definition(String kind, String store, long size) {
    static Definition of(String text) {
      String[] parts = text.split(":");
      return new Definition(parts[0], parts[1], Long.parseLong(parts[2]));
    }

    StoreBuilder<?> builder() {
      Duration window = Duration.ofMillis(size);
      return switch (kind) {
        case "table" -> Stores.timestampedKeyValueStoreBuilder(Stores.persistentTimestampedKeyValueStore(store), Serdes.String(), Serdes.String());
        case "windowed" -> Stores.timestampedWindowStoreBuilder(Stores.persistentTimestampedWindowStore(store, RETENTION, window, false), Serdes.String(), Serdes.String());
        case "session" -> Stores.sessionStoreBuilder(Stores.persistentSessionStore(store, RETENTION), Serdes.String(), Serdes.String());
        case "join" -> Stores.windowStoreBuilder(Stores.persistentWindowStore(store, RETENTION, window, true), Serdes.String(), Serdes.String());
        default -> throw new IllegalArgumentException(kind);
      };
    }

    boolean isTopic() {
      return kind.endsWith("-topic");
    }

    Serde<Windowed<String>> keys() {
      return kind.equals("time-topic") ? WindowedSerdes.timeWindowedSerdeFrom(String.class, size) : WindowedSerdes.sessionWindowedSerdeFrom(String.class);
    }
  }

  private static String bootstrap;

  private static final AtomicLong processed = new AtomicLong();

  private static final class Changes implements Processor<byte[], String, Void, Void> {
    private final List<Definition> definitions;
    private ProcessorContext<Void, Void> context;

    Changes(List<Definition> definitions) {
      this.definitions = definitions;
    }

    @Override
    public void init(ProcessorContext<Void, Void> given) {
      context = given;
    }

    @Override
    public void process(Record<byte[], String> change) {
      String[] parts = change.value().split("\\|", 6);
      String key = parts[1];
      long time = Long.parseLong(parts[4]);
      String value = parts[5].equals("-") ? null : parts[5];
      Definition definition = definitions.stream().filter(each -> each.store().equals(parts[0])).findFirst().orElseThrow();
      switch (definition.kind()) {
        case "table" -> context.<TimestampedKeyValueStore<String, String>>getStateStore(parts[0]).put(key, ValueAndTimestamp.make(value, time));
        case "windowed" -> context.<TimestampedWindowStore<String, String>>getStateStore(parts[0]).put(key, ValueAndTimestamp.make(value, time), Long.parseLong(parts[2]));
        case "session" -> context.<SessionStore<String, String>>getStateStore(parts[0])
            .put(new Windowed<>(key, new SessionWindow(Long.parseLong(parts[2]), Long.parseLong(parts[3]))), value);
        case "join" -> context.<WindowStore<String, String>>getStateStore(parts[0]).put(key, value, time);
        default -> write(definition, new Windowed<>(key, windowOf(definition, Long.parseLong(parts[2]), Long.parseLong(parts[3]))), value, time);
      }
      processed.incrementAndGet();
    }
  }

  private static Window windowOf(Definition definition, long start, long end) {
    return definition.kind().equals("time-topic") ? new TimeWindow(start, end) : new SessionWindow(start, end);
  }

  private static void write(Definition definition, Windowed<String> key, String value, long time) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    try (KafkaProducer<Windowed<String>, String> producer = new KafkaProducer<>(properties, definition.keys().serializer(), Serdes.String().serializer())) {
      producer.send(new ProducerRecord<>(definition.store(), 0, time, key, value));
    }
  }

  private static void dumpTopic(Definition definition) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.put("isolation.level", "read_committed");
    TopicPartition partition = new TopicPartition(definition.store(), 0);
    try (KafkaConsumer<Windowed<String>, String> consumer = new KafkaConsumer<>(properties, definition.keys().deserializer(), Serdes.String().deserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<Windowed<String>, String> record : consumer.poll(Duration.ofMillis(500))) {
          print(definition.store(), record.key().key(), record.key().window().start(), record.key().window().end(), record.timestamp(), record.value());
        }
      }
    }
  }

  public static void main(String[] args) throws Exception {
    bootstrap = args[0];
    List<Definition> definitions = new ArrayList<>();
    for (int i = 3; i < args.length; i++) definitions.add(Definition.of(args[i]));
    Topology topology = new Topology().addSource("input", new ByteArrayDeserializer(), Serdes.String().deserializer(), args[2])
        .addProcessor("changes", () -> new Changes(definitions), "input");
    for (Definition definition : definitions) if (!definition.isTopic()) topology.addStateStore(definition.builder().withLoggingEnabled(Map.of()), "changes");
    Properties properties = new Properties();
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, args[1]);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, Files.createTempDirectory("streams-state").toString());
    properties.put("auto.offset.reset", "earliest");
    // Who closes is gone, and is not waited for.
    properties.put("internal.leave.group.on.close", true);
    long wanted = endOf(args[0], args[2]);
    KafkaStreams streams = new KafkaStreams(topology, properties);
    try {
      streams.start();
      long until = System.currentTimeMillis() + 60_000;
      while (streams.state() != KafkaStreams.State.RUNNING || processed.get() < wanted) {
        if (System.currentTimeMillis() > until) throw new IllegalStateException(streams.state() + ", " + processed + " of " + wanted + " changes made");
        Thread.sleep(20);
      }
      for (Definition definition : definitions) dump(streams, definition);
    } finally {
      streams.close(Duration.ofSeconds(30));
    }
  }

  private static long endOf(String bootstrap, String topic) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      return consumer.endOffsets(List.of(partition)).get(partition);
    }
  }

  private static void dump(KafkaStreams streams, Definition definition) {
    String store = definition.store();
    if (definition.isTopic()) {
      dumpTopic(definition);
      return;
    }
    switch (definition.kind()) {
      case "table" -> {
        try (KeyValueIterator<String, ValueAndTimestamp<String>> rows = streams.store(StoreQueryParameters.fromNameAndType(store, QueryableStoreTypes.<String, String>timestampedKeyValueStore())).all()) {
          while (rows.hasNext()) {
            KeyValue<String, ValueAndTimestamp<String>> row = rows.next();
            print(store, row.key, "-", "-", row.value.timestamp(), row.value.value());
          }
        }
      }
      case "windowed" -> {
        try (KeyValueIterator<Windowed<String>, ValueAndTimestamp<String>> rows = streams.store(StoreQueryParameters.fromNameAndType(store, QueryableStoreTypes.<String, String>timestampedWindowStore())).all()) {
          while (rows.hasNext()) {
            KeyValue<Windowed<String>, ValueAndTimestamp<String>> row = rows.next();
            print(store, row.key.key(), row.key.window().start(), row.key.window().end(), row.value.timestamp(), row.value.value());
          }
        }
      }
      case "session" -> {
        for (String key : List.of("a", "b", "c")) {
          try (KeyValueIterator<Windowed<String>, String> rows = streams.store(StoreQueryParameters.fromNameAndType(store, QueryableStoreTypes.<String, String>sessionStore())).fetch(key)) {
            while (rows.hasNext()) {
              KeyValue<Windowed<String>, String> row = rows.next();
              print(store, row.key.key(), row.key.window().start(), row.key.window().end(), "-", row.value);
            }
          }
        }
      }
      default -> {
        try (KeyValueIterator<Windowed<String>, String> rows = streams.store(StoreQueryParameters.fromNameAndType(store, QueryableStoreTypes.<String, String>windowStore())).all()) {
          while (rows.hasNext()) {
            KeyValue<Windowed<String>, String> row = rows.next();
            print(store, row.key.key(), row.key.window().start(), "-", "-", row.value);
          }
        }
      }
    }
  }

  private static void print(Object... columns) {
    StringBuilder line = new StringBuilder();
    for (Object column : columns) line.append(line.isEmpty() ? "" : "\t").append(column);
    System.out.println(line);
  }
}
