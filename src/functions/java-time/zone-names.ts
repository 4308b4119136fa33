import type { Zone } from './zone.js';

/** English names of zones: in winter, in summer (null: no daylight saving), and without regard to it. */
interface ZoneNames {
  readonly short: readonly [standard: string, daylight: string | null, generic: string];
  readonly full: readonly [standard: string, daylight: string | null, generic: string];
  /** The first one is meant when the name is parsed. */
  readonly zones: readonly string[];
}

function family(stem: string, letters: string, zones: string): ZoneNames {
  const [standard = '', daylight = ''] = letters.split('/');
  const hasDaylight = daylight !== '';
  return {
    short: [standard, hasDaylight ? daylight : null, hasDaylight ? `${standard.slice(0, -2)}T` : standard],
    full: [`${stem} Standard Time`, hasDaylight ? `${stem} Daylight Time` : null, `${stem} Time`],
    zones: zones.split(' '),
  };
}

/** Europe says summer time and leaves "standard" out of the short names. */
function summer(stem: string, letters: string, zones: string): ZoneNames {
  const [standard = '', daylight = ''] = letters.split('/');
  return {
    short: [standard, daylight === '' ? null : daylight, standard],
    full: [`${stem} Standard Time`, daylight === '' ? null : `${stem} Summer Time`, `${stem} Time`],
    zones: zones.split(' '),
  };
}

const fixed = (short: string, full: string, zones: string): ZoneNames => ({ short: [short, null, short], full: [full, null, full], zones: zones.split(' ') });

const NAMES: readonly ZoneNames[] = [
  fixed('UTC', 'Coordinated Universal Time', 'UTC Etc/UTC Etc/UCT UCT Zulu Etc/Zulu Universal Etc/Universal'),
  fixed('GMT', 'Greenwich Mean Time', 'GMT Etc/GMT Etc/Greenwich Greenwich GMT0 Etc/GMT0 Africa/Abidjan Africa/Accra Africa/Dakar Africa/Bamako Africa/Banjul Africa/Conakry Africa/Freetown Africa/Lome Africa/Nouakchott Africa/Ouagadougou Atlantic/Reykjavik Atlantic/St_Helena Iceland'),
  family('Pacific', 'PST/PDT', 'America/Los_Angeles US/Pacific PST8PDT America/Tijuana America/Vancouver Canada/Pacific'),
  family('Mountain', 'MST/MDT', 'America/Denver US/Mountain MST7MDT America/Boise America/Edmonton Canada/Mountain Navajo America/Inuvik'),
  fixed('MST', 'Mountain Standard Time', 'America/Phoenix US/Arizona MST America/Hermosillo America/Dawson_Creek America/Whitehorse'),
  family('Central', 'CST/CDT', 'America/Chicago US/Central CST6CDT America/Winnipeg Canada/Central America/Menominee America/Indiana/Knox America/Matamoros'),
  fixed('CST', 'Central Standard Time', 'America/Mexico_City America/Regina America/Costa_Rica America/Guatemala America/El_Salvador America/Tegucigalpa America/Managua America/Belize'),
  family('Eastern', 'EST/EDT', 'America/New_York US/Eastern EST5EDT America/Toronto America/Montreal Canada/Eastern America/Detroit America/Indiana/Indianapolis America/Kentucky/Louisville America/Nassau America/Port-au-Prince'),
  fixed('EST', 'Eastern Standard Time', 'America/Panama EST Jamaica America/Jamaica America/Cancun America/Cayman'),
  family('Atlantic', 'AST/ADT', 'America/Halifax Canada/Atlantic Atlantic/Bermuda America/Moncton America/Glace_Bay'),
  fixed('AST', 'Atlantic Standard Time', 'America/Puerto_Rico America/Barbados America/Martinique America/Santo_Domingo America/Curacao'),
  family('Newfoundland', 'NST/NDT', 'America/St_Johns Canada/Newfoundland'),
  family('Alaska', 'AKST/AKDT', 'America/Anchorage US/Alaska America/Juneau America/Nome America/Sitka'),
  family('Hawaii-Aleutian', 'HST/HDT', 'America/Adak'),
  fixed('HST', 'Hawaii-Aleutian Standard Time', 'Pacific/Honolulu US/Hawaii HST'),
  fixed('BRT', 'Brasilia Standard Time', 'America/Sao_Paulo Brazil/East America/Bahia America/Fortaleza America/Recife'),
  fixed('ART', 'Argentina Standard Time', 'America/Argentina/Buenos_Aires America/Buenos_Aires'),
  fixed('COT', 'Colombia Standard Time', 'America/Bogota'),
  fixed('PET', 'Peru Standard Time', 'America/Lima'),
  { short: ['CLT', 'CLST', 'CLT'], full: ['Chile Standard Time', 'Chile Summer Time', 'Chile Time'], zones: ['America/Santiago', 'Chile/Continental'] },
  { short: ['GMT', 'BST', 'GMT'], full: ['Greenwich Mean Time', 'British Summer Time', 'Greenwich Mean Time'], zones: ['Europe/London', 'GB', 'Europe/Belfast', 'Europe/Jersey', 'Europe/Guernsey', 'Europe/Isle_of_Man'] },
  { short: ['GMT', 'IST', 'GMT'], full: ['Greenwich Mean Time', 'Irish Standard Time', 'Greenwich Mean Time'], zones: ['Europe/Dublin', 'Eire'] },
  summer('Western European', 'WET/WEST', 'Europe/Lisbon WET Portugal Atlantic/Canary Atlantic/Madeira Atlantic/Faroe'),
  summer('Central European', 'CET/CEST', 'Europe/Paris CET Europe/Berlin Europe/Madrid Europe/Rome Europe/Amsterdam Europe/Brussels Europe/Vienna Europe/Zurich Europe/Stockholm Europe/Oslo Europe/Copenhagen Europe/Prague Europe/Warsaw Europe/Budapest Europe/Belgrade Europe/Zagreb Europe/Ljubljana Europe/Bratislava Europe/Luxembourg Europe/Monaco Europe/Malta Europe/Andorra Europe/Gibraltar Europe/San_Marino Europe/Vatican Europe/Vaduz Europe/Tirane Europe/Sarajevo Europe/Skopje Europe/Podgorica Europe/Busingen Arctic/Longyearbyen Africa/Ceuta Poland'),
  fixed('CET', 'Central European Standard Time', 'Africa/Algiers Africa/Tunis'),
  summer('Eastern European', 'EET/EEST', 'Europe/Bucharest EET Europe/Athens Europe/Helsinki Europe/Kiev Europe/Kyiv Europe/Sofia Europe/Riga Europe/Tallinn Europe/Vilnius Europe/Chisinau Asia/Beirut Asia/Nicosia Africa/Cairo Europe/Mariehamn'),
  fixed('EET', 'Eastern European Standard Time', 'Europe/Kaliningrad Africa/Tripoli'),
  fixed('MSK', 'Moscow Standard Time', 'Europe/Moscow W-SU Europe/Simferopol Europe/Minsk'),
  fixed('TRT', 'Turkey Time', 'Europe/Istanbul Turkey Asia/Istanbul'),
  { short: ['IST', 'IDT', 'IT'], full: ['Israel Standard Time', 'Israel Daylight Time', 'Israel Time'], zones: ['Asia/Jerusalem', 'Israel', 'Asia/Tel_Aviv'] },
  fixed('SAST', 'South Africa Standard Time', 'Africa/Johannesburg Africa/Maseru Africa/Mbabane'),
  fixed('CAT', 'Central Africa Time', 'Africa/Maputo Africa/Harare Africa/Lusaka Africa/Kigali Africa/Gaborone Africa/Khartoum Africa/Windhoek'),
  fixed('EAT', 'East Africa Time', 'Africa/Nairobi Africa/Addis_Ababa Africa/Kampala Africa/Dar_es_Salaam Africa/Mogadishu'),
  fixed('WAT', 'West Africa Standard Time', 'Africa/Lagos Africa/Kinshasa Africa/Luanda Africa/Douala Africa/Libreville Africa/Niamey'),
  fixed('AST', 'Arabian Standard Time', 'Asia/Riyadh Asia/Baghdad Asia/Kuwait Asia/Qatar Asia/Bahrain Asia/Aden'),
  fixed('GST', 'Gulf Standard Time', 'Asia/Dubai Asia/Muscat'),
  fixed('IRST', 'Iran Standard Time', 'Asia/Tehran Iran'),
  fixed('PKT', 'Pakistan Standard Time', 'Asia/Karachi'),
  fixed('IST', 'India Standard Time', 'Asia/Kolkata Asia/Calcutta'),
  fixed('NPT', 'Nepal Time', 'Asia/Kathmandu Asia/Katmandu'),
  fixed('BDT', 'Bangladesh Standard Time', 'Asia/Dhaka'),
  fixed('ICT', 'Indochina Time', 'Asia/Bangkok Asia/Ho_Chi_Minh Asia/Saigon Asia/Phnom_Penh Asia/Vientiane'),
  fixed('WIB', 'Western Indonesia Time', 'Asia/Jakarta Asia/Pontianak'),
  fixed('SGT', 'Singapore Standard Time', 'Asia/Singapore Singapore'),
  fixed('MYT', 'Malaysia Time', 'Asia/Kuala_Lumpur'),
  fixed('PST', 'Philippine Standard Time', 'Asia/Manila'),
  fixed('HKT', 'Hong Kong Standard Time', 'Asia/Hong_Kong Hongkong'),
  fixed('CST', 'China Standard Time', 'Asia/Shanghai PRC Asia/Macau Asia/Chongqing'),
  fixed('CST', 'Taipei Standard Time', 'Asia/Taipei ROC'),
  fixed('JST', 'Japan Standard Time', 'Asia/Tokyo Japan'),
  fixed('KST', 'Korean Standard Time', 'Asia/Seoul ROK Asia/Pyongyang'),
  fixed('AWST', 'Australian Western Standard Time', 'Australia/Perth Australia/West'),
  { short: ['ACST', 'ACDT', 'ACT'], full: ['Australian Central Standard Time', 'Australian Central Daylight Time', 'Central Australia Time'], zones: ['Australia/Adelaide', 'Australia/South', 'Australia/Broken_Hill'] },
  fixed('ACST', 'Australian Central Standard Time', 'Australia/Darwin Australia/North'),
  { short: ['AEST', 'AEDT', 'AET'], full: ['Australian Eastern Standard Time', 'Australian Eastern Daylight Time', 'Eastern Australia Time'], zones: ['Australia/Sydney', 'Australia/Melbourne', 'Australia/Hobart', 'Australia/Canberra', 'Australia/ACT', 'Australia/NSW', 'Australia/Victoria', 'Australia/Tasmania'] },
  fixed('AEST', 'Australian Eastern Standard Time', 'Australia/Brisbane Australia/Queensland Australia/Lindeman'),
  { short: ['NZST', 'NZDT', 'NZT'], full: ['New Zealand Standard Time', 'New Zealand Daylight Time', 'New Zealand Time'], zones: ['Pacific/Auckland', 'NZ', 'Antarctica/McMurdo'] },
  fixed('ChST', 'Chamorro Standard Time', 'Pacific/Guam Pacific/Saipan'),
  fixed('SST', 'Samoa Standard Time', 'Pacific/Pago_Pago US/Samoa'),
];

const BY_ZONE: ReadonlyMap<string, ZoneNames> = new Map(NAMES.flatMap((names) => names.zones.map((zone) => [zone, names])));

/** The English name of a zone at an instant; its id or the offset where the table has no name. */
export function zoneName(zone: Zone, epochMs: number | null, style: 'short' | 'full', isGeneric: boolean): string {
  if (zone.isOffset) return zone.id;
  const names = BY_ZONE.get(zone.id)?.[style];
  if (names === undefined) return zone.id;
  const [standard, daylight, generic] = names;
  if (isGeneric || epochMs === null) return generic;
  return daylight !== null && zone.isDaylightSaving(epochMs) ? daylight : standard;
}

/** Zone names that can be parsed, lower case, with the zone each stands for; the first zone with a name wins. */
export function parsableZoneNames(style: 'short' | 'full'): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  for (const names of NAMES) {
    const [zone] = names.zones;
    if (zone === undefined) continue;
    for (const name of names[style]) {
      if (name !== null && !result.has(name.toLowerCase())) result.set(name.toLowerCase(), zone);
    }
  }
  return result;
}
