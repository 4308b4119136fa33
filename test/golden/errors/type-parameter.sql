/* only a length may follow a type */
CREATE STREAM S (ID INT (KEY)) WITH (KAFKA_TOPIC='s');
