import { expect, test } from "vitest";
import { createNonceLedger } from "./nonce-ledger.ts";

test("createNonceLedger() remembers what was used and forgets the oldest when full", () => {
  const ledger = createNonceLedger(2);
  ledger.add("a");
  ledger.add("b");
  expect([ledger.has("a"), ledger.has("b"), ledger.has("c")]).toEqual([true, true, false]);
  ledger.add("c");
  expect([ledger.has("a"), ledger.has("b"), ledger.has("c")]).toEqual([false, true, true]);
});
