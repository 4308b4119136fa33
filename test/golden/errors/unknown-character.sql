/* a character the language does not use */
SELECT * FROM S WHERE A = ?;
