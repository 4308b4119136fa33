/* IN needs at least one value */
SELECT * FROM S WHERE ID IN ();
