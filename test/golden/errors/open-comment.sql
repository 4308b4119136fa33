/* a comment that is never closed */
SELECT * /* all of them FROM S;
