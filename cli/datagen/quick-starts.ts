import { counter, now, oneOf, text, whole, type GeneratedField, type RowSchema, type ValueMaker } from './field.js';
import { textsMatching } from './regex-text.js';

const field = (name: string, type: string, make: ValueMaker): GeneratedField => ({ name, type, make });
const matching = (pattern: string): ValueMaker => {
  const make = textsMatching(pattern);
  return text((dice) => make(dice));
};
const PAST = whole(1_487_715_775_521, 1_519_273_364_600);

const USERS: readonly GeneratedField[] = [
  field('registertime', 'BIGINT', PAST),
  field('userid', 'STRING', matching('User_[1-9]')),
  field('regionid', 'STRING', matching('Region_[1-9]')),
  field('gender', 'STRING', oneOf('MALE', 'FEMALE', 'OTHER')),
];
const INTERESTS = ['Game', 'News', 'Sport', 'Movies', 'Travel'] as const;
const CITIES = ['San Mateo', 'Irvine', 'San Diego', 'Palo Alto', 'Raleigh', 'London', 'Frankfurt'] as const;
const VISITORS = 20;
const REQUESTS = ['GET /index.html HTTP/1.1', 'GET /site/login.html HTTP/1.1', 'GET /site/user_status.html HTTP/1.1', 'GET /images/track.png HTTP/1.1', 'GET /images/logo-small.png HTTP/1.1'] as const;
const AGENTS = ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Mozilla/5.0 (compatible; ExampleBot/2.1)'] as const;
const STATUS: readonly (readonly [number, string])[] = [[200, 'Successful'], [302, 'Redirect'], [404, 'Page not found'], [405, 'Method not allowed'], [406, 'Not acceptable'], [407, 'Proxy authentication required']];
const PEOPLE = ['Ada', 'Bo', 'Cleo', 'Dai', 'Ebba', 'Finn'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const REVIEWS = ['airport refurb looks great, will fly outta here more!', 'meh', 'worst. flight. ever.', 'thank you for the most friendly, helpful experience today', 'is this as good as it gets? really?'] as const;

const two = (value: number): string => String(value).padStart(2, '0');

/** A time as web servers write it: 01/Dec/2026:10:20:30 +0000. */
function logTime(ms: number): string {
  const date = new Date(ms);
  return `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()] ?? ''}/${date.getUTCFullYear()}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

/** A click and its visitor: the same address always belongs to the same user, and stays for some clicks. */
function clickstream(): readonly GeneratedField[] {
  let visitor = 0;
  let clicksLeft = 0;
  return [
    field('ip', 'STRING', text((dice) => {
      if (clicksLeft === 0) {
        visitor = dice.whole(0, VISITORS - 1);
        clicksLeft = dice.whole(1, 10);
      }
      clicksLeft -= 1;
      return `111.${100 + visitor}.${(visitor * 37) % 256}.${(visitor * 91) % 256}`;
    })),
    field('userid', 'INT', () => String(visitor)),
    field('remote_user', 'STRING', text(() => '-')),
    field('time', 'STRING', text((_dice, context) => logTime(context.now))),
    field('_time', 'BIGINT', now),
    field('request', 'STRING', oneOf(...REQUESTS)),
    field('status', 'STRING', text((dice) => String(dice.pick(STATUS)[0]))),
    field('bytes', 'STRING', text((dice) => String(dice.pick([278, 1289, 2048, 4006, 4096, 14096])))),
    field('referrer', 'STRING', text(() => '-')),
    field('agent', 'STRING', oneOf(...AGENTS)),
  ];
}

/** ksqlDB's quick starts: each call gives rows that begin anew. */
export const QUICK_STARTS: Readonly<Record<string, () => RowSchema>> = {
  orders: () => ({
    name: 'orders', key: 'orderid', topic: 'orders',
    fields: [
      field('ordertime', 'BIGINT', PAST),
      field('orderid', 'INT', counter(0)),
      field('itemid', 'STRING', matching('Item_[1-9][0-9]{0,2}')),
      field('orderunits', 'DOUBLE', ({ dice }) => (0.1 + dice.fraction() * 9.9).toFixed(4)),
      field('address', 'STRUCT<city STRING, state STRING, zipcode BIGINT>', (context) =>
        `{"city":${matching('City_[1-9]{0,2}')(context)},"state":${matching('State_[1-9]{0,2}')(context)},"zipcode":${context.dice.whole(10_000, 99_999)}}`),
    ],
  }),
  users: () => ({ name: 'users', key: 'userid', topic: 'users', fields: USERS }),
  users_: () => ({
    name: 'users_', key: 'userid', topic: 'users',
    fields: [
      ...USERS,
      field('interests', 'ARRAY<STRING>', ({ dice }) => JSON.stringify([dice.pick(INTERESTS), dice.pick(INTERESTS)])),
      field('contactinfo', 'MAP<STRING, STRING>', ({ dice }) => JSON.stringify({ phone: String(dice.whole(6_500_000_000, 6_599_999_999)), city: dice.pick(CITIES), state: 'CA', zipcode: String(dice.whole(94_000, 94_999)) })),
    ],
  }),
  pageviews: () => ({
    name: 'pageviews', key: 'viewtime', topic: 'pageviews',
    fields: [field('viewtime', 'BIGINT', now), field('userid', 'STRING', matching('User_[1-9]')), field('pageid', 'STRING', matching('Page_[1-9][0-9]?'))],
  }),
  ratings: () => ({
    name: 'ratings', key: 'rating_id', topic: 'ratings',
    fields: [
      field('rating_id', 'BIGINT', counter(1)),
      field('user_id', 'INT', whole(-1, 20)),
      field('stars', 'INT', whole(1, 5)),
      field('route_id', 'INT', whole(1, 9999)),
      field('rating_time', 'BIGINT', now),
      field('channel', 'STRING', oneOf('web', 'iOS', 'ios', 'iOS-test', 'android')),
      field('message', 'STRING', oneOf(...REVIEWS)),
    ],
  }),
  clickstream: () => ({ name: 'clickstream', key: 'ip', topic: 'clickstream', fields: clickstream() }),
  clickstream_codes: () => ({
    name: 'clickstream_codes', key: 'code', topic: 'clickstream',
    fields: [
      field('code', 'INT', ({ index }) => String(STATUS[index % STATUS.length]?.[0] ?? 0)),
      field('definition', 'STRING', ({ index }) => JSON.stringify(STATUS[index % STATUS.length]?.[1] ?? '')),
    ],
  }),
  clickstream_users: () => ({
    name: 'clickstream_users', key: 'user_id', topic: 'webusers',
    fields: [
      field('user_id', 'INT', counter(1)),
      field('username', 'STRING', ({ dice, index }) => JSON.stringify(`${dice.pick(PEOPLE).toLowerCase()}_${index + 1}`)),
      field('registered_at', 'BIGINT', PAST),
      field('first_name', 'STRING', oneOf(...PEOPLE)),
      field('last_name', 'STRING', oneOf('Arden', 'Brook', 'Castell', 'Dale', 'Elm')),
      field('city', 'STRING', oneOf(...CITIES)),
      field('level', 'STRING', oneOf('Gold', 'Silver', 'Platinum')),
    ],
  }),
};
