/* a misspelt WHERE reads as an alias */
SELECT ID FROM ORDERS WEHRE ID = 1;
