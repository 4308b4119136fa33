/* a misspelt FROM reads as an alias */
SELECT ID FORM ORDERS;
