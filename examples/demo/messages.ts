/** What the engine's process tells the one that shows it. Plain data: it travels as JSON. */
export type Message =
  | { readonly kind: 'opened'; readonly ms: number; readonly stored: number; readonly queries: readonly string[] }
  | { readonly kind: 'fed'; readonly day: string; readonly flights: number }
  | { readonly kind: 'late'; readonly city: string; readonly state: string; readonly destination: string; readonly delay: number }
  | { readonly kind: 'busiest'; readonly day: string; readonly airports: readonly AirportDay[] }
  | { readonly kind: 'byKey'; readonly sql: string; readonly rows: readonly AirportDay[] }
  | { readonly kind: 'results'; readonly results: Results }
  | { readonly kind: 'failed'; readonly message: string };

export interface AirportDay {
  readonly origin: string;
  readonly startMs: number;
  readonly departures: number;
  readonly mean: number;
  readonly worst: number;
}

/** Every result of the demo as `key → value` texts, sorted: what the engine gives must equal what plain loops give. */
export interface Results {
  readonly departures: readonly string[];
  readonly airportDays: readonly string[];
  readonly stateHours: readonly string[];
  readonly airportWeeks: readonly string[];
}
