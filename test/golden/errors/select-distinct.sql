/* DISTINCT is reserved and not supported */
SELECT DISTINCT ID FROM ORDERS EMIT CHANGES;
