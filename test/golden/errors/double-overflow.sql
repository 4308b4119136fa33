/* a double beyond its range */
SELECT 1E999 FROM S;
