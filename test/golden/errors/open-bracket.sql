/* a bracket that is never closed */
SELECT ID, (A + 1 FROM S;
