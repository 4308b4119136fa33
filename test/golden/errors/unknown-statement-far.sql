/* a word that is near no statement */
FROBNICATE ORDERS;
