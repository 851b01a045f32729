import { sealValue } from "@holdfast/runtime/wire";
import type { DecisionRecord } from "@holdfast/runtime/wire";
import type { Emulator } from "@holdfast/emulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testDecision } from "../subscribers/testing/test-decision.ts";
import { engines, openTestDatabase } from "../storage/testing/engines.ts";
import { wantUnknown } from "./index.ts";
import {
  openStatuses,
  SANDBOX,
  startSubscribedStore,
  TRANSACTION_IDS,
} from "./testing/test-statuses.ts";
import type { TestStatuses } from "./testing/test-statuses.ts";

const [VICTIM = "", OTHER = ""] = TRANSACTION_IDS;

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startSubscribedStore();
});
afterAll(() => emulator.close());

async function sealedBy({ means }: TestStatuses, id: string): Promise<string> {
  const binding = { ...SANDBOX, purpose: "decision", keyId: "runtime" } as const;
  return sealValue(means.runtimeKeys.decisionSeal, new TextEncoder().encode(id), binding);
}

describe.each(await engines())("sealed ids of a stolen runtime token, on $name", (engine) => {
  test("have Apple asked about nothing, and keep nobody from being asked about", async () => {
    const setting = await openStatuses(await openTestDatabase(engine), emulator);
    const { ids, database, clock } = setting;
    const ship = async (pseudonym: string, sealedId: string): Promise<void> => {
      const { subject, ...record } = testDecision(pseudonym, { requestedAt: clock.now() });
      const decision: DecisionRecord = { ...record, subject: { ...subject, sealedId } };
      await database.transaction((transaction) =>
        wantUnknown(transaction, SANDBOX, [decision], { now: clock.now() }),
      );
      await setting.run();
    };
    const victim = ids.pseudonymOf(VICTIM);
    await ship(victim, "1.1.garbage");
    await ship(victim, await sealedBy(setting, OTHER));
    await ship("made-up", await sealedBy(setting, OTHER));
    expect(setting.asked()).toEqual({});
    expect(setting.news).toEqual([]);
    await ship(victim, await sealedBy(setting, VICTIM));
    expect(setting.news.map(({ pseudonym }) => pseudonym)).toContain(victim);
  });
});
