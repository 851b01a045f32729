import { emulatorError } from "../errors/index.ts";

/** App Store Connect's names for the durations of periods and offers. */
const DURATIONS: Readonly<Record<string, string>> = {
  P3D: "THREE_DAYS",
  P1W: "ONE_WEEK",
  P7D: "ONE_WEEK",
  P2W: "TWO_WEEKS",
  P14D: "TWO_WEEKS",
  P1M: "ONE_MONTH",
  P2M: "TWO_MONTHS",
  P3M: "THREE_MONTHS",
  P6M: "SIX_MONTHS",
  P1Y: "ONE_YEAR",
  P12M: "ONE_YEAR",
};

/** Returns App Store Connect's name for an ISO 8601 period; throws `OPTIONS_INVALID`. */
export function durationOf(period: string): string {
  const duration = DURATIONS[period];
  if (duration === undefined) {
    throw emulatorError(
      "OPTIONS_INVALID",
      `expected one of the periods ${Object.keys(DURATIONS).join(", ")}, got ${period}`,
    );
  }
  return duration;
}
