"""Runs jetblack-ksql-dbapi, as published, against a server: jetblack_tour.py URL. Prints what it saw as one JSON
line. Without URL it only tries whether the package is here and whole: published versions lack their grammar file,
without which nothing connects."""
import asyncio
import json
import sys

import jetblack_ksql_dbapi as ksql
import jetblack_ksql_dbapi.aio as ksql_async

if len(sys.argv) < 2:
    # Sends nothing yet.
    ksql.connect("http://127.0.0.1:1")
    sys.exit(0)
url = sys.argv[1]
seen = {}
connection = ksql.connect(url)
cursor = connection.cursor()
cursor.execute("DROP TABLE IF EXISTS person DELETE TOPIC;")
cursor.execute(
    "CREATE TABLE person (person_id BIGINT PRIMARY KEY, name STRING, age DECIMAL(3, 0)) "
    "WITH (kafka_topic='person', value_format='json', key_format='json', partitions=1);"
)
cursor.execute("CREATE TABLE person_view AS SELECT * FROM person;")
for person_id, name in ((1, "ada"), (2, "bo")):
    cursor.execute("INSERT INTO person (person_id, name, age) VALUES (?, ?, ?);", (person_id, name, 30))
cursor.execute("SELECT person_id, name FROM person_view;")
seen["columns"] = [column[0] for column in cursor.description]
seen["rows"] = sorted(list(row) for row in cursor)
try:
    cursor.execute("SELECT * FROM nothing;")
    seen["error"] = None
except Exception as error:
    seen["error"] = type(error).__name__


async def again():
    rows = []
    async_cursor = ksql_async.connect(url).cursor()
    await async_cursor.execute("SELECT person_id, name FROM person_view;")
    async for row in async_cursor:
        rows.append(list(row))
    return sorted(rows)


seen["again"] = asyncio.run(again())
print(json.dumps(seen))
