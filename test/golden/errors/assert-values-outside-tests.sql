/* ASSERT VALUES is for test scripts */
ASSERT VALUES S (ID) VALUES (1);
