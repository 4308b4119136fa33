/* a quoted name that is never closed */
SELECT `my col FROM S;
