/** The SQL of the demo: what comes in, and four queries that keep their answers up to date. */
export const STATEMENTS = `
CREATE TABLE airports (iata STRING PRIMARY KEY, name STRING, city STRING, state STRING)
  WITH (kafka_topic = 'airports', value_format = 'JSON', partitions = 4);

CREATE STREAM flights (origin STRING KEY, number INT, departed STRING, delay INT, distance INT, destination STRING)
  WITH (kafka_topic = 'flights', value_format = 'JSON', partitions = 4,
        timestamp = 'departed', timestamp_format = 'yyyy/MM/dd HH:mm');

-- Each flight with the city and state it left from.
CREATE STREAM departures AS
  SELECT f.origin AS origin, f.number AS number, f.delay AS delay, f.destination AS destination, a.city AS city, a.state AS state
  FROM flights f JOIN airports a ON f.origin = a.iata;

-- Every airport, day by day.
CREATE TABLE airport_days AS
  SELECT origin, COUNT(*) AS departures, AVG(delay) AS mean_delay, MAX(delay) AS worst_delay
  FROM departures WINDOW TUMBLING (SIZE 1 DAY, RETENTION 120 DAYS)
  GROUP BY origin;

-- Every state over six hours, anew each hour.
CREATE TABLE state_hours AS
  SELECT state, COUNT(*) AS departures, MAX(delay) AS worst_delay
  FROM departures WINDOW HOPPING (SIZE 6 HOURS, ADVANCE BY 1 HOUR, RETENTION 120 DAYS)
  GROUP BY state;

-- One row for an airport and week, and only when the week is over.
CREATE TABLE airport_weeks WITH (kafka_topic = 'airport_weeks') AS
  SELECT origin, COUNT(*) AS departures, SUM(CASE WHEN delay > 60 THEN 1 ELSE 0 END) AS an_hour_late
  FROM departures WINDOW TUMBLING (SIZE 7 DAYS, RETENTION 120 DAYS)
  GROUP BY origin
  EMIT FINAL;

-- The topic of those final rows once more, row by row as they were written.
CREATE STREAM airport_week_rows (origin STRING KEY, departures BIGINT, an_hour_late INT)
  WITH (kafka_topic = 'airport_weeks', value_format = 'JSON', window_type = 'TUMBLING', window_size = '7 DAYS');
`;
