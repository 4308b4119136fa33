// Runs @cubejs-backend/ksql-driver, as published, against a server: node cube.cjs URL. Prints what it saw as one JSON line.
const { KsqlDriver } = require('@cubejs-backend/ksql-driver');

async function main() {
  const driver = new KsqlDriver({ url: process.argv[2], username: undefined, password: undefined, dataSource: 'default' });
  await driver.testConnection();
  await driver.query("CREATE TABLE `shop-orders` (id STRING PRIMARY KEY, amount INT) WITH (kafka_topic='shop-orders', value_format='JSON', partitions=2)");
  const before = await driver.tablesSchema();
  await driver.loadPreAggregationIntoTable('shop.totals', 'CREATE TABLE `shop.totals` WITH (partitions=2) AS SELECT id, amount FROM `shop-orders`'.replace('`shop.totals`', '`shop-totals`'), [], { streamOffset: 'earliest' });
  const types = await driver.tableColumnTypes('shop.totals');
  const download = await driver.downloadTable('shop.totals', { streamOffset: 'earliest' });
  const listed = await driver.getTablesQuery('shop');
  let refused = null;
  await driver.query('DESCRIBE `nothing`').catch((error) => (refused = error.message));
  await driver.dropTable('shop.totals', {});
  const after = await driver.getTablesQuery('shop');
  console.log(JSON.stringify({ before, types, partitions: download.partitions, streamingTable: download.streamingTable, listed, refused, after }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
