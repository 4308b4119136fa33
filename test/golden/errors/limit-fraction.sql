/* LIMIT takes integers */
SELECT * FROM S LIMIT 2.5;
