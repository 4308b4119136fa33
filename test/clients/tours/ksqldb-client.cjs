// Runs ksqldb-client, as published, against a server: node ksqldb-client.cjs HOST PORT. Prints what it saw as one JSON line.
const KsqldbClient = require('ksqldb-client');

async function main() {
  const [, , host, port] = process.argv;
  const client = new KsqldbClient({ host: `http://${host}`, port });
  await client.connect();
  await client.executeStatement("CREATE STREAM rides (city STRING, euros INT) WITH (kafka_topic='rides', value_format='JSON', partitions=1);");
  await client.executeStatement('CREATE TABLE takings AS SELECT city, SUM(euros) AS total FROM rides GROUP BY city;');
  const acks = [];
  for (const [CITY, EUROS] of [['Lisbon', 12], ['Porto', 8], ['Lisbon', 5]]) acks.push((await client.insertInto('rides', { CITY, EUROS })).status);
  const rows = [];
  const ended = await client.streamQuery('SELECT * FROM rides EMIT CHANGES LIMIT 3;', (data) => rows.push(...(data.rows ?? [])), { properties: { 'auto.offset.reset': 'earliest' } });
  // The table follows within a commit: asked until it has all three.
  let pulled;
  do pulled = await client.query("SELECT * FROM takings WHERE city = 'Lisbon';");
  while (pulled.data?.rows?.[0]?.TOTAL !== 17);
  const streams = (await client.listStreams()).map(({ name }) => name);
  const refused = await client.query('SELECT * FROM nothing;');
  const queryId = await new Promise((resolve) => {
    client.streamQuery('SELECT * FROM rides EMIT CHANGES;', (data) => data.metadata?.queryId && resolve(data.metadata.queryId)).catch(() => undefined);
  });
  const terminated = await client.terminatePushQuery(queryId);
  await client.disconnect();
  console.log(JSON.stringify({ acks, ended: ended.status, rows, pulled: pulled.data.rows, streams, refused: [refused.status, refused.error.error_code], terminated: terminated.status }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
