import { DEFAULT_MAX_BODY_BYTES } from "@holdfast/api";
import { expect, test } from "vitest";
import { expectRefusals, goodRequest, openStage } from "./testing/route-cases.ts";
import { wrongValues } from "./testing/wrong-values.ts";

test("the documented examples are what operations take", async () => {
  const { operations } = await openStage();
  for (const { route, body } of operations) {
    const isTaken = route.body === undefined || route.body.safeParse(body?.example).success;
    expect([route.operationId, isTaken]).toEqual([route.operationId, true]);
  }
});

test("a member of a body that is missing, unknown, of another type or beyond a limit is refused, naming it", async () => {
  const stage = await openStage();
  await expectRefusals(
    stage,
    (operation) => {
      const { route, body } = operation;
      if (body === undefined) return [];
      const good = goodRequest({ operation, stage });
      const limit = route.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
      return wrongValues({ ...body, good: body.example, resolve: stage.resolve })
        .map((wrong) => ({ ...wrong, text: JSON.stringify(wrong.value) }))
        .filter(({ text }) => Buffer.byteLength(text) <= limit)
        .map(({ what, path, text }) => ({
          operation,
          what: `${path.join(".")} is ${what}`,
          options: {
            ...good,
            body: text,
            headers: { ...good.headers, "Content-Type": "application/json" },
          },
          code: "INPUT_INVALID",
          issueAt: ["body", ...path],
        }));
    },
    { atLeast: 1300 },
  );
}, 120_000);
