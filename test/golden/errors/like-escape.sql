/* the escape is one character */
SELECT * FROM S WHERE NAME LIKE 'a!%' ESCAPE '!!';
