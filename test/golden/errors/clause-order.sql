/* the order of clauses is fixed */
SELECT COUNT(*) FROM S GROUP BY A WHERE A > 1 EMIT CHANGES;
