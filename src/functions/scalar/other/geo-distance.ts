import { p, primitive, scalar, t, variant } from '../../define.js';
import { EvaluationError } from '../../evaluation-error.js';

const EARTH_RADIUS_KM = 6371;
const EARTH_RADIUS_MILES = 3959;
const RADII: ReadonlyMap<string, number> = new Map([
  ...['', 'km', 'kilometer', 'kilometers', 'kilometre', 'kilometres'].map((unit) => [unit, EARTH_RADIUS_KM] as const),
  ...['mi', 'mile', 'miles'].map((unit) => [unit, EARTH_RADIUS_MILES] as const),
]);

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const haversine = (angle: number): number => Math.sin(angle / 2) ** 2;

function checkDegrees(name: string, limit: number, ...values: readonly number[]): void {
  for (const value of values) {
    if (value < -limit || value > limit) throw new EvaluationError(`invalid ${name} value ${value}, must be between -${limit} and ${limit}`);
  }
}

function distance(lat1: number, lon1: number, lat2: number, lon2: number, unit: string | null): number {
  checkDegrees('latitude', 90, lat1, lat2);
  checkDegrees('longitude', 180, lon1, lon2);
  const radius = RADII.get((unit ?? '').trim().toLowerCase());
  if (radius === undefined) throw new EvaluationError(`GEO_DISTANCE does not know the unit '${unit}'; use KM or MILES.`);
  const across = haversine(radians(lat2 - lat1)) + haversine(radians(lon2 - lon1)) * Math.cos(radians(lat1)) * Math.cos(radians(lat2));
  return 2 * Math.asin(Math.sqrt(across)) * radius;
}

const coordinates = [primitive(p.double('lat1')), primitive(p.double('lon1')), primitive(p.double('lat2')), primitive(p.double('lon2'))] as const;

export const geoDistance = scalar({
  name: 'GEO_DISTANCE',
  shownAs: 'geo_distance',
  category: 'OTHER',
  description: 'The great-circle distance between two points given in degrees, in kilometers or miles.',
  examples: [{ sql: "ROUND(GEO_DISTANCE(37.4, -122.1, 51.5, -0.1, 'MILES'))", result: '5368' }],
  variants: [
    variant({ parameters: coordinates, returns: t.double, nulls: 'called', evaluate: (lat1, lon1, lat2, lon2) => distance(lat1, lon1, lat2, lon2, null) }),
    variant({
      parameters: [...coordinates, p.string('unit', 'KM when null or blank')],
      returns: t.double,
      nulls: 'called',
      evaluate: distance,
    }),
  ],
});
