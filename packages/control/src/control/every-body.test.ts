import { DEFAULT_MAX_BODY_BYTES } from "@holdfast/api";
import { expect, test } from "vitest";
import { allRefused, judgeRefusals, goodRequest, openStage } from "./testing/route-cases.ts";
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
  const judged = await judgeRefusals(stage, (operation) => {
    const { route, body } = operation;
    if (body === undefined) return [];
    const good = goodRequest({ operation, stage });
    const limit = route.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
    return wrongValues({ ...body, good: body.example, resolve: stage.resolve })
      .map(({ what, path, value }) => ({ what, path, text: JSON.stringify(value) }))
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
  });
  expect(judged).toEqual(allRefused(1500));
}, 120_000);
