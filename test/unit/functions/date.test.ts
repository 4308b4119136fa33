import { describe, expect, test } from 'vitest';
import { EvaluationError } from '../../../src/functions/index.js';
import { BIGINT, DATE, INTEGER, STRING, textToDate, textToTimestamp, TIME, TIMESTAMP, type SqlValue } from '../../../src/types/index.js';
import { given, valueOf, type TypedArgument } from './harness.js';

const text = (value: string | null): TypedArgument => given(STRING, value);
const date = (value: string): TypedArgument => given(DATE, textToDate(value));
const stamp = (value: string): TypedArgument => given(TIMESTAMP, textToTimestamp(value));
const unit = (value: string): TypedArgument => given({ kind: 'UNIT' }, value);
const int = (value: number | null): TypedArgument => given(INTEGER, value);

describe('printing', () => {
  const print = (value: string, pattern: string, zone?: string): SqlValue => valueOf('FORMAT_TIMESTAMP', stamp(value), text(pattern), ...(zone === undefined ? [] : [text(zone)]));
  test.each([
    ['yyyy-MM-dd HH:mm:ss.SSS', '2020-02-29 13:04:05.067'], ['yy-M-d h:m:s a', '20-2-29 1:4:5 PM'], ['EEEE d MMMM', 'Saturday 29 February'], ['EEE MMM', 'Sat Feb'], ['EEEEE MMMMM', 'S F'],
    ['D DDD', '60 060'], ['QQQ QQQQ q', 'Q1 1st quarter 1'], ['G GGGG', 'AD Anno Domini'], ['e c w W YYYY', '7 7 9 5 2020'], ['F', '1'], ['k K hh HH', '13 1 01 13'], ['A n N', '47045067 67000000 47045067000000'],
    ['S SS SSSSSS', '0 06 067000'], ["'o''clock' ''", "o'clock '"], ['X XX x xx xxx Z ZZZZ ZZZZZ O', 'Z Z +00 +0000 +00:00 +0000 GMT Z GMT'], ['VV z zzzz', 'GMT GMT Greenwich Mean Time'],
    ['ppppd|ppH', '  29|13'], ['yyyy[-VV]', '2020-GMT'], ['B', 'in the afternoon'], ['g', '58908'],
  ])('%s', (pattern, expected) => {
    expect(print('2020-02-29T13:04:05.067', pattern)).toBe(expected);
  });
  test.each([
    ['America/Los_Angeles', '2020-07-01T05:00 -07 PDT Pacific Daylight Time'], ['Europe/London', '2020-07-01T13:00 +01 BST British Summer Time'], ['Asia/Kolkata', '2020-07-01T17:30 +0530 IST India Standard Time'],
    ['Europe/Berlin', '2020-07-01T14:00 +02 CEST Central European Summer Time'], ['+05:30', '2020-07-01T17:30 +0530 +05:30 +05:30'], ['UTC', '2020-07-01T12:00 Z UTC Coordinated Universal Time'],
  ])('in %s', (zone, expected) => {
    expect(print('2020-07-01T12:00:00', "yyyy-MM-dd'T'HH:mm X z zzzz", zone)).toBe(expected);
  });
  test.each(['bogus', 'yyyyy-cc', 'VVV', 'HHH', 'aa', "'open", '{', ']', 'p', 'OO', 'XXXXXX', 'pd'])('the pattern %s fails', (pattern) => {
    expect(() => print('2020-02-29T13:04:05', pattern)).toThrow(EvaluationError);
  });
  test('years beyond four digits are signed', () => {
    expect(valueOf('FORMAT_DATE', given(DATE, 2_147_483_647), text('yyyy u G'))).toBe('+5881580 5881580 AD');
    expect(valueOf('FORMAT_DATE', date('-0001-01-01'), text('yyyy uuuu G'))).toBe('0002 -0001 BC');
    expect(valueOf('TIMESTAMPTOSTRING', given(BIGINT, 2n ** 63n - 1n), text('uuuu-MM-dd HH:mm:ss.SSS'))).toBe('+292278994-08-17 07:12:55.807');
    expect(valueOf('TIMESTAMPTOSTRING', given(BIGINT, -1), text('HH:mm:ss.SSS'), text('UTC'))).toBe('23:59:59.999');
  });
  test('a part that the value does not have fails, in an optional section it is left out', () => {
    expect(() => valueOf('FORMAT_DATE', date('2020-01-01'), text('HH'))).toThrow('Unsupported field: HourOfDay');
    expect(() => valueOf('FORMAT_TIME', given(TIME, 0), text('yyyy'))).toThrow('Unsupported field: YearOfEra');
    expect(() => valueOf('FORMAT_DATE', date('2020-01-01'), text('z'))).toThrow(EvaluationError);
    expect(valueOf('FORMAT_DATE', date('2020-01-01'), text('yyyy[ HH:mm]'))).toBe('2020');
    expect(valueOf('FORMAT_TIME', given(TIME, 45_296_789), text("H'h'm k:A"))).toBe('12h34 12:45296789');
    expect(valueOf('DATETOSTRING', int(0), text('yyyyMMdd'))).toBe('19700101');
  });
  test('unknown zones fail', () => {
    expect(() => print('2020-01-01T00:00:00', 'yyyy', 'Nowhere')).toThrow('Unknown or invalid time-zone ID: Nowhere');
  });
});

describe('PARSE_DATE, by the older rules', () => {
  const parse = (value: string, pattern: string): SqlValue => valueOf('PARSE_DATE', text(value), text(pattern));
  test.each([
    ['2020-02-29', 'yyyy-MM-dd', '2020-02-29'], ['2020-02-29 and more', 'yyyy-MM-dd', '2020-02-29'], ['2020-13-32', 'yyyy-MM-dd', '2021-02-01'], ['29/02/20', 'dd/MM/yy', '1920-02-29'], ['01/01/49', 'dd/MM/yy', '1949-01-01'],
    ['20200229', 'yyyyMMdd', '2020-02-29'], ['3 march 2020', 'd MMM yyyy', '2020-03-03'], ['Tue, Mar 3 2020', 'EEE, MMMM d yyyy', '2020-03-03'], ['2020 60', 'yyyy D', '2020-02-29'], ['2020', 'yyyy', '2020-01-01'],
    ['12', 'MM', '1970-12-01'], ['2 BC', 'yyyy G', '-0002-12-30'], ['1500-01-01', 'yyyy-MM-dd', '1500-01-10'], ['2020-01-01 +0000', 'yyyy-MM-dd Z', '2020-01-01'], ["it's 2020", "'it''s' yyyy", '2020-01-01'], ['2020-01-01 24', 'yyyy-MM-dd HH', '2020-01-02'],
    ['2020 10 4', 'yyyy w u', '2020-03-05'],
  ])('%s by %s', (value, pattern, expected) => {
    expect(parse(value, pattern)).toBe(textToDate(expected));
  });
  test.each([['2020-02-29 10', 'yyyy-MM-dd HH'], ['2020', 'yyyy-MM'], ['x', 'yyyy'], ['2020-01-01 +0200', 'yyyy-MM-dd Z'], ['2020', 'V'], ['2020', "'open"], ['99999999999', 'yyyy']])('%s by %s fails', (value, pattern) => {
    expect(() => parse(value, pattern)).toThrow(EvaluationError);
  });
});

describe('parsing', () => {
  test('PARSE_TIME takes whole times only', () => {
    const parse = (value: string, pattern: string): SqlValue => valueOf('PARSE_TIME', text(value), text(pattern));
    expect([parse('235959', 'HHmmss'), parse('01:02 pm', 'hh:mm a'), parse('10', 'HH'), parse('24:00', 'HH:mm'), parse('12:34:56.789999', 'HH:mm:ss.SSSSSS')]).toEqual([86_399_000, 46_920_000, 36_000_000, 0, 45_296_789]);
    for (const [value, pattern] of [['2020', 'yyyy'], ['2020-01-01 10', 'yyyy-MM-dd HH'], ['10', 'mm'], ['25', 'HH'], ['7:05', 'HH:mm'], ['13', 'hh']] as const) expect(() => parse(value, pattern)).toThrow(EvaluationError);
  });
  test('PARSE_TIMESTAMP and STRINGTOTIMESTAMP', () => {
    expect(valueOf('PARSE_TIMESTAMP', text('2020-07-01 12:00'), text('yyyy-MM-dd HH:mm'), text('America/New_York'))).toBe(Date.UTC(2020, 6, 1, 16));
    expect(valueOf('STRINGTOTIMESTAMP', text('2020'), text('yyyy'))).toBe(Date.UTC(2020, 0, 1));
    expect(valueOf('PARSE_TIMESTAMP', text(null), text('yyyy'))).toBeNull();
    expect(() => valueOf('STRINGTOTIMESTAMP', text(null), text('yyyy'))).toThrow(EvaluationError);
    expect(() => valueOf('PARSE_TIMESTAMP', text('2020'), text('MM'))).toThrow("Text '2020' could not be parsed");
    expect(() => valueOf('PARSE_TIMESTAMP', text('+999999999'), text('yyyy'))).toThrow('out of range');
  });
  test('STRINGTODATE needs a whole date', () => {
    expect(valueOf('STRINGTODATE', text('Saturday 29 February 2020'), text('EEEE d MMMM yyyy'))).toBe(18_321);
    expect(() => valueOf('STRINGTODATE', text('2020-02'), text('yyyy-MM'))).toThrow('not a whole date');
    expect(() => valueOf('STRINGTODATE', text(null), text('yyyy'))).toThrow(EvaluationError);
  });
});

describe('arithmetic', () => {
  test('dates', () => {
    expect(valueOf('DATEADD', unit('DAYS'), int(1), date('2020-02-28'))).toBe(textToDate('2020-02-29'));
    expect(valueOf('DATEADD', unit('HOURS'), int(47), date('2020-02-28'))).toBe(textToDate('2020-02-29'));
    expect(valueOf('DATESUB', unit('MILLISECONDS'), int(1), date('2020-02-28'))).toBe(textToDate('2020-02-27'));
    expect(valueOf('DATESUB', unit('DAYS'), int(null), date('2020-02-28'))).toBeNull();
  });
  test('times go around midnight', () => {
    expect(valueOf('TIMEADD', unit('HOURS'), int(25), given(TIME, 0))).toBe(3_600_000);
    expect(valueOf('TIMESUB', unit('MILLISECONDS'), int(1), given(TIME, 0))).toBe(86_399_999);
    expect(valueOf('TIMEADD', unit('MINUTES'), int(-2_147_483_648), given(TIME, 45_296_000))).toBe(46_059_145);
  });
  test('timestamps', () => {
    expect(valueOf('TIMESTAMPADD', unit('DAYS'), int(1), stamp('2020-02-28T12:00:00'))).toBe(textToTimestamp('2020-02-29T12:00:00'));
    expect(valueOf('TIMESTAMPSUB', unit('SECONDS'), int(-1), given(TIMESTAMP, 0))).toBe(1000);
    expect(valueOf('CONVERT_TZ', stamp('2020-07-01T12:00:00'), text('America/Los_Angeles'), text('Europe/Berlin'))).toBe(textToTimestamp('2020-07-01T21:00:00'));
    expect(valueOf('CONVERT_TZ', stamp('0001-01-01T00:00:00'), text('UTC'), text('America/Los_Angeles'))).toBe((textToTimestamp('0001-01-01T00:00:00') ?? 0) - 8 * 3_600_000);
  });
  test('conversions', () => {
    expect([valueOf('FROM_DAYS', int(1)), valueOf('FROM_UNIXTIME', given(BIGINT, 5)), valueOf('UNIX_DATE', date('1970-01-03')), valueOf('UNIX_DATE'), valueOf('UNIX_TIMESTAMP'), valueOf('UNIX_TIMESTAMP', given(TIMESTAMP, 7))]).toEqual([1, 5, 2, 0, 0, 7]);
  });
});
