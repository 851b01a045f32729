/** A country's App Store. */
export interface Territory {
  /** Alpha-3, as App Store Connect and storefronts spell it. */
  readonly id: string;
  /** ISO 4217. */
  readonly currency: string;
  /** What a US dollar's worth of something costs there; made up, of the right size. */
  readonly perUsd: number;
  /** The smallest step of a price, in thousandths of the unit. */
  readonly step: number;
  /** Apple's number of the storefront; only what Apple's documentation shows is here. */
  readonly storefrontId?: string;
}

/** The territories products are sold in: all that made-up subscribers live in, and some more. */
export const TERRITORIES: readonly Territory[] = [
  { ...territory("USA", "USD", 1), storefrontId: "143441" },
  territory("AUS", "AUD", 1.5),
  territory("AUT", "EUR", 1),
  territory("BRA", "BRL", 5),
  territory("CAN", "CAD", 1.4),
  territory("CHE", "CHF", 1),
  territory("CHN", "CNY", 7, 1000),
  territory("DEU", "EUR", 1),
  territory("ESP", "EUR", 1),
  territory("FRA", "EUR", 1),
  territory("GBR", "GBP", 1),
  territory("HKG", "HKD", 8, 1000),
  territory("IND", "INR", 90, 1000),
  territory("ITA", "EUR", 1),
  territory("JPN", "JPY", 150, 10_000),
  territory("KOR", "KRW", 1300, 100_000),
  territory("MEX", "MXN", 20, 1000),
  territory("NLD", "EUR", 1),
  territory("SAU", "SAR", 4),
  territory("SWE", "SEK", 11, 1000),
  territory("TWN", "TWD", 32, 10_000),
];

/** Where a storefront is not in the list: Apple sells in dollars in many such places. */
const ELSEWHERE: Omit<Territory, "id"> = { currency: "USD", perUsd: 1, step: 10 };

/** Returns the territory a storefront is; one that is not in the list sells in US dollars. */
export function territoryOf(storefront: string): Territory {
  return TERRITORIES.find(({ id }) => id === storefront) ?? { id: storefront, ...ELSEWHERE };
}

function territory(id: string, currency: string, perUsd: number, step = 10): Territory {
  return { id, currency, perUsd, step };
}
