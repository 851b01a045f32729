import { expect, test } from "vitest";
import { NOW } from "../testing/provisioning-fixtures.ts";
import { emptyState, parseProvisioningState } from "./provisioning-state.ts";
import { recordDefault } from "./record-default.ts";

const OWNER = { bundleId: "com.example.yoga", environment: "sandbox" } as const;
const STATE = emptyState(OWNER, NOW);

test("parseProvisioningState() gives back what was written as JSON", () => {
  const place = { productId: "yoga.monthly", locale: "en-US", messageIdentifier: null };
  const state = recordDefault(STATE, { ...place, at: NOW, from: "read" });
  expect(parseProvisioningState(JSON.parse(JSON.stringify(state)), OWNER)).toEqual(state);
});

test.each([
  ["nothing", null, "expected object"],
  ["a list", [], "expected object"],
  ["another format", { ...STATE, format: "holdfast.provisioning-state/2" }, "format"],
  ["an unknown member", { ...STATE, more: 1 }, "more"],
  ["a missing member", { ...STATE, uses: undefined }, "uses"],
  ["a time that is none", { ...STATE, since: -1 }, "since"],
  [
    "a default without a place",
    { ...STATE, defaults: [{ messageIdentifier: null }] },
    "defaults.0",
  ],
  ["a use of an unknown kind", { ...STATE, uses: [{ kind: "guess" }] }, "uses.0.kind"],
])("parseProvisioningState() refuses %s, and names the place", (_, value, place) => {
  expect(() => parseProvisioningState(value, OWNER)).toThrow(
    expect.objectContaining({
      code: "STATE_MALFORMED",
      message: expect.stringContaining(place) as string,
    }),
  );
});

test.each([
  { ...OWNER, bundleId: "com.example.other" },
  { ...OWNER, environment: "production" as const },
])("parseProvisioningState() refuses the state of $bundleId in $environment", (owner) => {
  expect(() => parseProvisioningState(STATE, owner)).toThrow(
    expect.objectContaining({ code: "STATE_OF_ANOTHER_APP" }),
  );
});
