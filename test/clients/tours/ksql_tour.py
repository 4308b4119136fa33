"""Runs the package ksql, as published, against a server: ksql_tour.py URL. Prints what it saw as one JSON line. Without URL it
only tries whether the package is here."""
import collections
import collections.abc
import json
import sys

# hyper, the package's HTTP/2 library, was written for Python before 3.10, which had these names here.
for name in ("Iterable", "Mapping", "MutableMapping", "MutableSet", "Sequence"):
    setattr(collections, name, getattr(collections.abc, name))

from ksql import KSQLAPI
from ksql.errors import KSQLError

if len(sys.argv) < 2:
    sys.exit(0)
client = KSQLAPI(sys.argv[1], check_version=False)
seen = {"version": client.get_ksql_version(), "properties": len(client.get_properties()) > 10}
client.create_stream(table_name="clicks", columns_type=["page varchar", "n integer"], topic="clicks", value_format="JSON")
seen["streams"] = [stream["name"] for stream in client.ksql("SHOW STREAMS;")[0]["streams"]]
client.create_stream_as(table_name="busy", select_columns=["page", "n"], src_table="clicks", conditions="n > 1", kafka_topic="busy", value_format="JSON")
# Statements whose answer is empty, as that of INSERT VALUES, are beyond it: it has this for them.
seen["inserted"] = client.inserts_stream("clicks", [{"page": page, "n": count} for page, count in (("a", 1), ("b", 2), ("c", 3))])
# Asked for plain lines it fails at their end on every Python since 3.7, whatever the server; asked for objects it does not.
objects = client.query("SELECT page, n FROM busy EMIT CHANGES LIMIT 2;", stream_properties={"ksql.streams.auto.offset.reset": "earliest"}, return_objects=True)
seen["objects"] = [row for row in objects if row]
# Its error class asks for a member that neither ksqlDB nor this server sends where the answer is an error.
try:
    client.ksql("SELECT * FROM nothing;")
    seen["error"] = None
except KSQLError as error:
    seen["error"] = [error.error_code, error.msg]
for stream in ("busy", "clicks"):
    client.ksql("DROP STREAM %s;" % stream)
seen["left"] = client.ksql("SHOW STREAMS;")[0]["streams"]
print(json.dumps(seen))
