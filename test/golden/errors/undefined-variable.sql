/* a variable nobody defined */
SELECT * FROM ${source};
