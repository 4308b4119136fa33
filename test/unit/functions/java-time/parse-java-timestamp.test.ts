import { describe, expect, test } from 'vitest';
import { parseJavaTimestamp } from '../../../../src/functions/index.js';

const utc = (text: string): number => Date.parse(text);
const parsed = (text: string, pattern: string, zone = 'UTC'): number | null => parseJavaTimestamp(text, pattern, zone);

describe('parseJavaTimestamp', () => {
  test.each([
    ['2021-03-28T01:02:03.456', "yyyy-MM-dd'T'HH:mm:ss.SSS", '2021-03-28T01:02:03.456Z'],
    ['20210328010203456', 'yyyyMMddHHmmssSSS', '2021-03-28T01:02:03.456Z'],
    ['210328', 'yyMMdd', '2021-03-28T00:00:00Z'],
    ['28/3/2021', 'd/M/yyyy', '2021-03-28T00:00:00Z'],
    ['2021', 'yyyy', '2021-01-01T00:00:00Z'],
    ['59', 'mm', '1970-01-01T00:59:00Z'],
    ['31-02', 'dd-MM', '1970-02-28T00:00:00Z'],
    ['2021 60', 'yyyy D', '2021-03-01T00:00:00Z'],
    ['2020 366', 'yyyy D', '2020-12-31T00:00:00Z'],
    ['SUN 28 mar 2021', 'EEEE d MMMM yyyy', '2021-03-28T00:00:00Z'],
    ['01:02 pm', 'hh:mm a', '1970-01-01T13:02:00Z'],
    ['2021-02-30', 'yyyy-MM-dd', '2021-02-28T00:00:00Z'],
    ['2021-02-28 24:00', 'yyyy-MM-dd HH:mm', '2021-03-01T00:00:00Z'],
    ['2020-02-29 12:00 +0200', 'yyyy-MM-dd HH:mm Z', '2020-02-29T10:00:00Z'],
    ['2020-02-29T12:00+02', "yyyy-MM-dd'T'HH:mmX", '2020-02-29T10:00:00Z'],
    ['2020-02-29T12:00Z', "yyyy-MM-dd'T'HH:mm[:ss]XX", '2020-02-29T12:00:00Z'],
    ['2020-02-29T12:00:01-0830', "yyyy-MM-dd'T'HH:mm[:ss]XX", '2020-02-29T20:30:01Z'],
    ['2020-07-01 12:00 PDT', 'yyyy-MM-dd HH:mm z', '2020-07-01T19:00:00Z'],
    ['2020-07-01 12:00 Europe/Berlin', 'yyyy-MM-dd HH:mm VV', '2020-07-01T10:00:00Z'],
    ['2020-01-01 12:00 GMT+2', 'yyyy-MM-dd HH:mm O', '2020-01-01T10:00:00Z'],
    ['1 BC', 'y G', '0000-01-01T00:00:00Z'],
    ['2021-W13 1', "YYYY-'W'ww e", '2021-03-21T00:00:00Z'],
    ["it's 2020", "'it''s' yyyy", '2020-01-01T00:00:00Z'],
    ['+12020', 'yyyy', '+012020-01-01T00:00:00Z'],
  ])('%s by %s', (text, pattern, expected) => {
    expect(parsed(text, pattern)).toBe(utc(expected));
  });

  test('the zone is used when the text has none; gaps move on, overlaps take the earlier offset', () => {
    expect(parsed('2021-03-28 02:30', 'yyyy-MM-dd HH:mm', 'Europe/Berlin')).toBe(utc('2021-03-28T01:30:00Z'));
    expect(parsed('2021-10-31 02:30', 'yyyy-MM-dd HH:mm', 'Europe/Berlin')).toBe(utc('2021-10-31T00:30:00Z'));
    expect(parsed('2050-07-01 00:00', 'yyyy-MM-dd HH:mm', 'Europe/Berlin')).toBe(utc('2050-06-30T22:00:00Z'));
    expect(parsed('2050-01-01 00:00', 'yyyy-MM-dd HH:mm', 'Europe/Berlin')).toBe(utc('2049-12-31T23:00:00Z'));
    expect(parsed('2020-01-01 00:00', 'yyyy-MM-dd HH:mm', '+05:30')).toBe(utc('2019-12-31T18:30:00Z'));
  });

  test.each([
    ['2021-13-01', 'yyyy-MM-dd'],
    ['2021-1-01', 'yyyy-MM-dd'],
    ['2021-01-01 ', 'yyyy-MM-dd'],
    ['mon 28 mar 2021', 'EEEE d MMMM yyyy'],
    ['sunday 28 march 2021', 'EEEE d MMMM yyyy'],
    ['366', 'D'],
    ['2021 366', 'yyyy D'],
    ['0000', 'yyyy'],
    ['12020', 'yyyy'],
    ['2021', 'bogus'],
    ['2021', "yyyy 'open"],
    ['', 'yyyy'],
  ])('%s does not follow %s', (text, pattern) => {
    expect(parsed(text, pattern)).toBeNull();
  });
  test('an unknown zone gives null', () => {
    expect(parsed('2021', 'yyyy', 'Nowhere')).toBeNull();
  });
});
