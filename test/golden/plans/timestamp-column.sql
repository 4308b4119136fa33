-- The record time of the sink comes from a column of it.
CREATE STREAM e (id INT KEY, happened STRING, v INT) WITH (kafka_topic='e', value_format='JSON', timestamp='happened', timestamp_format='yyyy-MM-dd');
CREATE STREAM out WITH (timestamp='ts') AS SELECT id, v, CAST(v AS BIGINT) AS ts FROM e;
