-- A range of text keys.
CREATE STREAM k (id STRING KEY, v INT) WITH (kafka_topic='k', value_format='JSON');
CREATE TABLE kept AS SELECT id, COUNT(*) AS n FROM k GROUP BY id;
SELECT n, id FROM kept WHERE id >= 'a' AND id < 'c';
