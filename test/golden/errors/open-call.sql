/* a call that is never closed */
SELECT * FROM S WHERE LEN(NAME > 3;
