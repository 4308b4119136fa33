-- Header columns become ordinary value columns of the result.
CREATE STREAM h (id INT KEY, v INT, trace BYTES HEADER('trace'), hs ARRAY<STRUCT<key STRING, value BYTES>> HEADERS) WITH (kafka_topic='h', value_format='JSON');
CREATE STREAM out AS SELECT * FROM h;
