-- The bounds of a windowed source stay in its key.
CREATE STREAM w (id INT KEY, v INT) WITH (kafka_topic='w', value_format='JSON', window_type='TUMBLING', window_size='1 HOUR');
CREATE STREAM out AS SELECT *, WINDOWSTART AS ws FROM w;
