import { expect, test } from "vitest";
import { nextLook } from "./next-look.ts";
import { DAY_MS } from "./outcome-times.ts";
import type { OutcomeUnit } from "./outcome-units.ts";

const EXPOSED_AT = 100 * DAY_MS;
const ENDS_AT = EXPOSED_AT + 30 * DAY_MS;

function unit(changes: Partial<OutcomeUnit>): OutcomeUnit {
  return {
    app: "yoga",
    environment: "production",
    pseudonym: "ann",
    unit: "fallback",
    request: "1",
    exposed_at: EXPOSED_AT,
    day: EXPOSED_AT,
    snapshot: "",
    rule: "",
    arm: "",
    message: "",
    delivered: "message",
    offer: "",
    target_product: "",
    product: "",
    outcome: "open",
    outcome_at: null,
    renewal: "open",
    renewal_at: null,
    period_ends_at: ENDS_AT,
    revenue: null,
    currency: null,
    ...changes,
  };
}

test.each([
  ["before the window is over", {}, EXPOSED_AT + DAY_MS - 1, undefined],
  ["after its end", {}, EXPOSED_AT + 1.5 * DAY_MS, EXPOSED_AT + DAY_MS],
  ["when no status can tell any more", {}, EXPOSED_AT + 2.5 * DAY_MS, undefined],
  ["a day after the period's end", { outcome: "kept" }, ENDS_AT + 1.5 * DAY_MS, ENDS_AT + DAY_MS],
  ["17 days after it", { outcome: "kept" }, ENDS_AT + 20 * DAY_MS, ENDS_AT + 17 * DAY_MS],
  ["when all is known", { outcome: "kept", renewal: "renewed" }, ENDS_AT + DAY_MS, undefined],
] as const)(
  "nextLook() %s wants a status of after what is to be known",
  (_, changes, now, after) => {
    expect(nextLook(unit(changes), { windowMs: DAY_MS, now }).wantsSignedAfter).toBe(after);
  },
);
