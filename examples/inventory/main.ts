import { open } from '../../src/index.js';

// Products belong to suppliers (many to one: a foreign-key join of tables); stock levels are upserts by product (a join by primary key).
const STATEMENTS = `
CREATE TABLE suppliers (id STRING PRIMARY KEY, name STRING, country STRING) WITH (kafka_topic = 'suppliers', value_format = 'JSON', partitions = 2);
CREATE TABLE products (sku STRING PRIMARY KEY, title STRING, supplier STRING, reorder_below INT) WITH (kafka_topic = 'products', value_format = 'JSON', partitions = 2);
CREATE TABLE stock (sku STRING PRIMARY KEY, units INT) WITH (kafka_topic = 'stock', value_format = 'JSON', partitions = 2);

CREATE TABLE offers AS
  SELECT p.sku AS sku, p.title AS title, p.reorder_below AS reorder_below, s.name AS supplier, s.country AS country
  FROM products p JOIN suppliers s ON p.supplier = s.id;

CREATE TABLE shelf AS
  SELECT o.sku AS sku, o.title AS title, o.supplier AS supplier, k.units AS units, k.units < o.reorder_below AS reorder
  FROM offers o JOIN stock k ON o.sku = k.sku;

CREATE TABLE by_supplier AS
  SELECT supplier, COUNT(*) AS products, SUM(units) AS units FROM shelf GROUP BY supplier;
`;

const db = await open({ memory: true, properties: { 'ksql.streams.auto.offset.reset': 'earliest' } });

async function show(title: string, sql: string): Promise<void> {
  await db.whenIdle();
  const lines: string[] = [];
  for await (const row of await db.query(sql)) lines.push(Object.values(row).map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' | '));
  console.log(`${title}\n${lines.toSorted().map((line) => `  ${line}`).join('\n')}`);
}

await db.execute(STATEMENTS);
await db.insert('SUPPLIERS', [
  { ID: 's1', NAME: 'Nordlys', COUNTRY: 'NO' },
  { ID: 's2', NAME: 'Aurora', COUNTRY: 'IT' },
]);
await db.insert('PRODUCTS', [
  { SKU: 'lamp', TITLE: 'Desk lamp', SUPPLIER: 's1', REORDER_BELOW: 10 },
  { SKU: 'desk', TITLE: 'Oak desk', SUPPLIER: 's1', REORDER_BELOW: 3 },
  { SKU: 'vase', TITLE: 'Glass vase', SUPPLIER: 's2', REORDER_BELOW: 5 },
]);
await db.insert('STOCK', [{ SKU: 'lamp', UNITS: 12 }, { SKU: 'desk', UNITS: 2 }, { SKU: 'vase', UNITS: 40 }]);
await show('Shelf at the start', 'SELECT sku, supplier, units, reorder FROM shelf;');

// An upsert: the newest row of a key counts.
await db.insert('STOCK', [{ SKU: 'lamp', UNITS: 7 }, { SKU: 'desk', UNITS: 20 }]);
// One changed supplier changes every product that refers to it.
await db.insert('SUPPLIERS', [{ ID: 's1', NAME: 'Nordlys AS', COUNTRY: 'NO' }]);
await show('After sales, a delivery and a new name', 'SELECT sku, supplier, units, reorder FROM shelf;');

// A product that moves to another supplier is taken from one sum and added to the other.
await db.insert('PRODUCTS', [{ SKU: 'desk', TITLE: 'Oak desk', SUPPLIER: 's2', REORDER_BELOW: 3 }]);
await show('Units by supplier, the desk now from Aurora', 'SELECT supplier, products, units FROM by_supplier;');
await show('One product by its key', "SELECT sku, title, supplier, units FROM shelf WHERE sku = 'desk';");
await db.close();
