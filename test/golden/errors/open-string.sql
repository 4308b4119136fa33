/* a string that is never closed */
SELECT *
FROM S
WHERE NAME = 'abc;
