import { expectedErrors } from "@holdfast/api";
import { writeCursor } from "@holdfast/api/server";
import { startEmulator } from "@holdfast/emulator";
import type { Emulator } from "@holdfast/emulator";
import { startCloudflare } from "@holdfast/emulator/cloudflare";
import type { LocalCloudflare } from "@holdfast/emulator/cloudflare";
import { describe, expect, onTestFinished, test } from "vitest";
import { engines } from "../storage/testing/engines.ts";
import type { DocumentedOperation } from "./testing/documented-operations.ts";
import { allRefused, judgeRefusals, goodRequest, openStage } from "./testing/route-cases.ts";
import type { Stage, StageOptions } from "./testing/route-cases.ts";

async function startAppStore(): Promise<Emulator> {
  const emulator = await startEmulator({ port: 0 });
  onTestFinished(() => emulator.close());
  return emulator;
}

async function startLocalCloudflare(): Promise<LocalCloudflare> {
  const cloudflare = await startCloudflare();
  onTestFinished(() => cloudflare.close());
  return cloudflare;
}

/** Calls an operation with its documented example; returns whether it was carried out. */
async function isCarriedOut(stage: Stage, operation: DocumentedOperation): Promise<boolean> {
  const { route } = operation;
  const good = goodRequest({ operation, stage });
  const answer = await stage.control.call(route.method, stage.pathOf(operation), good);
  const { status, code, text } = answer;
  const isDone = status === route.success.status;
  const isDocumented = code !== "INTERNAL" && expectedErrors(route).some((one) => one === code);
  expect([route.operationId, text, isDone || isDocumented]).toEqual([
    route.operationId,
    text,
    true,
  ]);
  const told = stage.secrets.filter((secret) => text.includes(secret));
  expect([route.operationId, told]).toEqual([route.operationId, []]);
  return isDone;
}

/** Calls every operation, one after the other, and returns how many were carried out. */
async function countCarriedOut(stage: Stage): Promise<number> {
  const ending = stage.operations.filter(({ route }) => route.success.events === undefined);
  const [deleting = [], others = []] = [true, false].map((isDeletion) =>
    ending.filter(({ route }) => (route.method === "DELETE") === isDeletion),
  );
  let count = 0;
  // What deletes comes last, so that the others find what they are about.
  for (const operation of [...others, ...deleting]) {
    count += Number(await isCarriedOut(stage, operation));
  }
  expect(stage.control.defects).toEqual([]);
  return count;
}

describe.each(await engines())("on $name", (engine) => {
  test.each<[string, () => Promise<StageOptions>, number]>([
    [
      "Apple and Cloudflare answer",
      async () => ({ emulator: await startAppStore(), cloudflare: await startLocalCloudflare() }),
      53,
    ],
    ["the app has no keys", async () => ({ keys: "none" }), 47],
  ])(
    "a valid request is carried out, or refused with a documented code, when %s",
    async (_, optionsOf, atLeast) => {
      const stage = await openStage({ engine, ...(await optionsOf()) });
      expect(await countCarriedOut(stage)).toBeGreaterThanOrEqual(atLeast);
    },
  );
});

test.each([
  ["Apple", "APPLE_UNREACHABLE", 13],
  ["Cloudflare", "CLOUDFLARE_UNREACHABLE", 1],
] as const)(
  "what asks %s is refused with %s when it cannot be reached",
  async (_, code, atLeast) => {
    const stage = await openStage();
    const asking = stage.operations.filter(({ route }) => route.errors?.includes(code));
    expect(asking.length).toBeGreaterThanOrEqual(atLeast);
    // At once, for each waits a while and tries again.
    await Promise.all(asking.map((operation) => isCarriedOut(stage, operation)));
    expect(stage.control.defects).toEqual([]);
  },
);

test("a cursor of another list, or of none, is refused, naming it", async () => {
  const stage = await openStage();
  const judged = await judgeRefusals(stage, (operation) => {
    const { isPaged, operationId } = operation.route;
    if (isPaged !== true) return [];
    const wrong = ["AAAA", writeCursor("another", ["a"]), writeCursor(operationId, [])];
    return wrong.map((cursor) => ({
      operation,
      what: `the cursor ${cursor}`,
      path: `${stage.pathOf(operation)}?cursor=${cursor}`,
      options: goodRequest({ operation, stage }),
      code: "INPUT_INVALID",
      issueAt: ["query", "cursor"],
    }));
  });
  expect(judged).toEqual(allRefused(72));
});

test("an edit of what was changed meanwhile is refused, with the ETag of now", async () => {
  const stage = await openStage({ emulator: await startAppStore() });
  const edits = stage.operations.filter(({ route }) => route.etag === "required");
  for (const operation of edits) {
    const { route } = operation;
    // It is about a change of the URL, of which there is none yet; its own feature tests it.
    if (route.operationId === "rollBackRealtimeUrl") continue;
    const good = goodRequest({ operation, stage });
    const body = REAL_EDITS[route.operationId] ?? good.body;
    const answer = await stage.control.call(route.method, stage.pathOf(operation), {
      ...good,
      ...(body === undefined ? {} : { body }),
      headers: { "If-Match": '"stale"' },
    });
    expect([route.operationId, answer.status, answer.json]).toEqual([
      route.operationId,
      412,
      {
        error: expect.objectContaining({
          code: "PRECONDITION_FAILED",
          current: { etag: expect.stringMatching(/^".+"$/) as string },
        }) as unknown,
      },
    ]);
  }
  expect(edits.length).toBeGreaterThanOrEqual(8);
});

/** Bodies that are about what is there, where the documented example is not. */
const REAL_EDITS: Readonly<Record<string, unknown>> = {
  updateApp: { name: "Yoga at home" },
  updateDraft: { name: "Renamed", source: "version: 1\n" },
};
