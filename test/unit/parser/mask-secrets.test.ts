import { expect, test } from 'vitest';
import { maskSecrets } from '../../../src/parser/index.js';

test('values of secret-looking settings are masked', () => {
  expect(maskSecrets("CREATE SINK CONNECTOR C WITH ('connector.class'='x', 'connection.password'='p''w', \"api.key\" = 'k', aws_secret='s');"))
    .toBe("CREATE SINK CONNECTOR C WITH ('connector.class'='x', 'connection.password'='[string]', \"api.key\" = '[string]', aws_secret='[string]');");
  expect(maskSecrets("SET 'sasl.jaas.config' = 'x password=\"y\"';")).toBe("SET 'sasl.jaas.config' = '[string]';");
});

test('what only holds the word key is not', () => {
  const text = "CREATE STREAM S WITH (KEY_FORMAT='JSON', 'key.converter'='x'); SELECT * FROM S WHERE KEY = 'a';";
  expect(maskSecrets(text)).toBe(text);
});

test('users and passwords in URLs', () => {
  expect(maskSecrets("x = 'jdbc:postgresql://u:p@host/db', y = 'jdbc:mysql://h/db?user=u&password=p&ssl=1'")).toBe(
    "x = 'jdbc:postgresql://[hidden]@host/db', y = 'jdbc:mysql://h/db?user=u&password=[hidden]&ssl=1'",
  );
});

test('text that does not parse, and strings that never end', () => {
  expect(maskSecrets("garbage ( 'password' = 'abc")).toBe("garbage ( 'password' = '[string]'");
  expect(maskSecrets('')).toBe('');
});
