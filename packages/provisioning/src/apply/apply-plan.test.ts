import { expect, test } from "vitest";
import { UsageError } from "@holdfast/appstore/errors";
import type { DesiredContent } from "../desired/content.ts";
import { recordUse } from "../state/record-use.ts";
import type { NewUse } from "../state/record-use.ts";
import { appleError } from "../testing/fake-app-store.ts";
import { createBench, DAY_MS, desiredOf, SMALL_FLOW } from "../testing/provisioning-fixtures.ts";
import type { Bench } from "../testing/provisioning-fixtures.ts";
import type { ApplyEvent } from "./apply-result.ts";
import type { ApplyOptions, PublishReadiness } from "./apply-run.ts";
import { approvalIntervalMs } from "./await-approval.ts";

const PRUNE = { rollbackWindowMs: 30 * DAY_MS };
const WAIT = { timeoutMs: 60_000, intervalMs: 10_000 };

function approveAll({ store }: Bench): void {
  for (const id of store.images.keys()) store.review("images", id, "APPROVED");
  for (const id of store.messages.keys()) store.review("messages", id, "APPROVED");
}

function writes({ store }: Bench): readonly string[] {
  return store.requests.filter((request) => !request.startsWith("GET"));
}

test("applyPlan() uploads, sets the defaults and the URL, in an order Apple accepts", async () => {
  const bench = createBench();
  const result = await bench.apply(SMALL_FLOW);
  expect(result.outcome).toBe("complete");
  expect(writes(bench).map((request) => request.split(" ").slice(0, 2).join(" "))).toEqual([
    "PUT image",
    "PUT image",
    "PUT message",
    "PUT message",
    "PUT message",
    "PUT default",
    "PUT default",
    "PUT url",
  ]);
  expect(bench.store.images.get([...bench.store.images.keys()][1] ?? "")).toMatchObject({
    size: "BULLET_POINT",
    bytes: "mat.png".length,
  });
  expect(bench.store.realtimeUrl).toContain("/sandbox");
});

test("applyPlan() does nothing the second time: no request but reading, no write of the state", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  const [sent, written] = [writes(bench).length, bench.kept.writes];
  bench.now += DAY_MS;
  const again = await bench.apply(SMALL_FLOW, { prune: PRUNE, wait: WAIT });
  expect(again).toMatchObject({ outcome: "complete", done: [], pruned: [] });
  expect([writes(bench).length, bench.kept.writes]).toEqual([sent, written]);
});

test("applyPlan() leaves defaults and the URL for later when Apple has not approved, and sets them then", async () => {
  const bench = createBench("production");
  const first = await bench.apply(SMALL_FLOW);
  expect(first.outcome).toBe("waiting");
  expect(bench.store.defaults.size).toBe(0);
  expect(first.waiting.filter(({ kind }) => kind === "default")).toHaveLength(2);
  expect(first.waiting.at(-1)).toMatchObject({ kind: "realtimeUrl" });
  expect(bench.store.realtimeUrl).toBeUndefined();
  approveAll(bench);
  expect((await bench.apply(SMALL_FLOW)).outcome).toBe("complete");
  expect(bench.store.defaults.size).toBe(2);
  expect(bench.store.realtimeUrl).toContain("/production");
});

test("applyPlan() waits for approval when asked, looking no more often than told", async () => {
  const bench = createBench("production");
  bench.onSleep = () => {
    if (bench.slept.length === 3) approveAll(bench);
  };
  const result = await bench.apply(SMALL_FLOW, { wait: WAIT });
  expect(result.outcome).toBe("complete");
  expect(bench.slept).toEqual([10_000, 10_000, 10_000]);
});

test("applyPlan() goes on waiting over failures that pass, and ends at others with what was done", async () => {
  const bench = createBench("production");
  bench.onSleep = () => {
    const code = bench.slept.length === 1 ? "APPLE_RATE_LIMITED" : "APPLE_UNAUTHORIZED";
    const retry = { retryable: code === "APPLE_RATE_LIMITED", retryAt: bench.now + 30_000 };
    bench.store.failures.set("GET messages", appleError(code, undefined, retry));
  };
  const result = await bench.apply(SMALL_FLOW, { wait: WAIT });
  expect(bench.slept).toEqual([10_000, 30_000]);
  expect(result).toMatchObject({
    outcome: "failed",
    stoppedBy: { code: "APPLE_UNAUTHORIZED" },
    failed: [],
  });
  expect(result.done).toHaveLength(5);
});

test.each([4030017, 4030018])(
  "applyPlan() leaves a default for later when Apple says with %i that it is not approved yet",
  async (errorCode) => {
    const bench = createBench();
    const failure = appleError("APPLE_REFUSED", errorCode);
    bench.store.failures.set("PUT default yoga.monthly en-US", failure);
    const result = await bench.apply(SMALL_FLOW);
    expect(result).toMatchObject({
      outcome: "waiting",
      failed: [],
      waiting: [{ locale: "en-US" }, { kind: "realtimeUrl" }],
    });
    expect((await bench.apply(SMALL_FLOW)).outcome).toBe("complete");
  },
);

test("applyPlan() gives up waiting when the time is over", async () => {
  const bench = createBench("production");
  const result = await bench.apply(SMALL_FLOW, { wait: { timeoutMs: 25_000, intervalMs: 10_000 } });
  expect(result.outcome).toBe("waiting");
  expect(bench.slept).toEqual([10_000, 10_000, 5000]);
});

test("applyPlan() never sets a default whose message Apple rejects while it waits", async () => {
  const bench = createBench("production");
  bench.onSleep = () => {
    approveAll(bench);
    const [english] = bench.store.messages.keys();
    bench.store.review("messages", english ?? "", "REJECTED");
  };
  const result = await bench.apply(SMALL_FLOW, { wait: WAIT });
  expect(result.outcome).toBe("failed");
  expect(result.skipped.map(({ item }) => item.kind)).toEqual([
    "message",
    "default",
    "realtimeUrl",
  ]);
  expect(bench.store.defaults.size).toBe(1);
});

test("applyPlan() goes on with what does not depend on a failure, and mends it the next time", async () => {
  const bench = createBench();
  const [image] = (await bench.plan(SMALL_FLOW)).items;
  if (image?.kind !== "image") throw new Error("expected an image first");
  const failure = appleError("APPLE_FAILED", 5000000);
  bench.store.failures.set(`PUT image ${image.identifier}`, failure);
  const first = await bench.apply(SMALL_FLOW);
  expect(first).toMatchObject({
    outcome: "failed",
    failed: [{ code: "APPLE_FAILED", errorCode: 5000000 }],
  });
  expect(first.skipped.map(({ item }) => item.kind)).toEqual(["message", "default", "realtimeUrl"]);
  expect(bench.store.messages.size).toBe(2);
  expect(bench.store.defaults.size).toBe(1);
  expect((await bench.apply(SMALL_FLOW)).outcome).toBe("complete");
});

test("applyPlan() takes an identifier in use for uploaded: somebody was faster with the same content", async () => {
  const bench = createBench();
  const message = (await bench.plan(SMALL_FLOW)).items.find(({ kind }) => kind === "message");
  if (message?.kind !== "message") throw new Error("expected a message");
  const { identifier } = message;
  const result = await bench.apply(SMALL_FLOW, {
    hook: (when, operation) => {
      if (when === "before" && operation === `PUT message ${identifier}`) {
        bench.store.messages.set(identifier, { state: "APPROVED", body: { header: "", body: "" } });
      }
    },
  });
  expect(result.outcome).toBe("complete");
});

test.each(["APPLE_UNAUTHORIZED", "APPLE_RATE_LIMITED", "APPLE_UNREACHABLE"] as const)(
  "applyPlan() tries nothing more after %s",
  async (code) => {
    const bench = createBench();
    const [image] = (await bench.plan(SMALL_FLOW)).items;
    if (image?.kind !== "image") throw new Error("expected an image first");
    bench.store.failures.set(`PUT image ${image.identifier}`, appleError(code));
    const result = await bench.apply(SMALL_FLOW);
    expect(result).toMatchObject({
      outcome: "failed",
      failed: [{ code }],
      stoppedBy: { code },
      done: [],
    });
    expect(result.notTried.map(({ kind }) => kind)).toEqual([
      "image",
      "message",
      "message",
      "message",
      "default",
      "default",
      "realtimeUrl",
    ]);
    expect(writes(bench)).toHaveLength(1);
  },
);

test("applyPlan() tries nothing more after three failures of Apple's in a row", async () => {
  const bench = createBench();
  const failure = appleError("APPLE_FAILED", 5000000);
  for (const item of (await bench.plan(SMALL_FLOW)).items) {
    if (!("identifier" in item)) continue;
    bench.store.failures.set(`PUT ${item.kind} ${item.identifier}`, failure);
  }
  const result = await bench.apply(SMALL_FLOW);
  expect(result).toMatchObject({ outcome: "failed", stoppedBy: { code: "APPLE_FAILED" } });
  expect(writes(bench)).toHaveLength(3);
  const { done, failed, skipped, notTried } = result;
  expect([done, failed, skipped, notTried].map(({ length }) => length)).toEqual([0, 3, 1, 4]);
});

test("applyPlan() sets no URL while a message of the flow is rejected, whatever else is approved", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  bench.store.realtimeUrl = undefined;
  bench.store.review("messages", [...bench.store.messages.keys()].at(-1) ?? "", "REJECTED");
  const result = await bench.apply(SMALL_FLOW);
  expect(result).toMatchObject({ outcome: "failed", skipped: [{ item: { kind: "realtimeUrl" } }] });
  expect(bench.store.realtimeUrl).toBeUndefined();
});

test("applyPlan() publishes when everything is approved, and sets the URL only after that", async () => {
  const bench = createBench("production");
  const published: unknown[] = [];
  const publish = async (): Promise<boolean> => {
    const { realtimeUrl, defaults } = bench.store;
    published.push({ realtimeUrl, defaults: defaults.size });
    return true;
  };
  expect((await bench.apply(SMALL_FLOW, { publish })).outcome).toBe("waiting");
  expect(published).toEqual([]);
  approveAll(bench);
  expect((await bench.apply(SMALL_FLOW, { publish })).outcome).toBe("complete");
  expect(published).toEqual([{ realtimeUrl: undefined, defaults: 2 }]);
  expect(bench.store.realtimeUrl).toBeDefined();
});

test("applyPlan() touches nothing that is shown before everything is approved, when told so", async () => {
  const bench = createBench("production");
  const options = { beforeApproval: "nothing", publish: () => Promise.resolve(true) } as const;
  const first = await bench.apply(SMALL_FLOW, options);
  const [english] = [...bench.store.messages.keys()];
  for (const id of bench.store.images.keys()) bench.store.review("images", id, "APPROVED");
  bench.store.review("messages", english ?? "", "APPROVED");
  const second = await bench.apply(SMALL_FLOW, options);
  for (const { outcome, waiting } of [first, second]) {
    expect(outcome).toBe("waiting");
    expect(waiting.map(({ kind }) => kind)).toContain("default");
  }
  expect(bench.store.defaults.size).toBe(0);
  approveAll(bench);
  expect((await bench.apply(SMALL_FLOW, options)).outcome).toBe("complete");
  expect(bench.store.defaults.size).toBe(2);
});

test("applyPlan() publishes what is approved before the rest, if that is enough, and sets the URL after", async () => {
  const bench = createBench("production");
  const asked: unknown[] = [];
  let isEnough = false;
  const publish = async ({ isWaiting }: PublishReadiness): Promise<boolean> => {
    asked.push(isWaiting);
    return isEnough;
  };
  const options = { beforeApproval: "publish", publish } as const;
  expect((await bench.apply(SMALL_FLOW, options)).waiting.at(-1)?.kind).toBe("realtimeUrl");
  expect(bench.store.realtimeUrl).toBeUndefined();
  isEnough = true;
  bench.store.review("messages", [...bench.store.messages.keys()].at(-1) ?? "", "REJECTED");
  await bench.apply(SMALL_FLOW, options);
  expect(bench.store.realtimeUrl).toBeDefined();
  expect(asked).toEqual([true, true]);
});

test("applyPlan() publishes nothing while something failed, though what is approved would do", async () => {
  const bench = createBench("production");
  const [message] = desiredOf(SMALL_FLOW, "production").messages;
  const failure = appleError("APPLE_REFUSED", 4030016);
  bench.store.failures.set(`PUT message ${message?.identifier ?? ""}`, failure);
  let isPublished = false;
  const publish = async (): Promise<boolean> => (isPublished = true);
  const result = await bench.apply(SMALL_FLOW, { beforeApproval: "publish", publish });
  expect(result).toMatchObject({ outcome: "failed", failed: [{ errorCode: 4030016 }] });
  expect(isPublished).toBe(false);
});

test("applyPlan() tells which step begins, and only where there is something to do", async () => {
  const bench = createBench();
  const steps: string[] = [];
  const progress = (event: ApplyEvent): void => {
    if (event.type === "step") steps.push(event.step);
  };
  await bench.apply(SMALL_FLOW, { progress });
  expect(steps).toEqual(["upload", "review", "defaults", "realtimeUrl"]);
  await bench.apply(SMALL_FLOW, { progress });
  expect(steps).toHaveLength(4);
});

test("applyPlan() sets no URL and prunes nothing when publishing fails, and tells what was done", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  bench.store.realtimeUrl = undefined;
  bench.now += 100 * DAY_MS;
  await bench.apply(SMALLER.replace(/realtimeUrl.*\n/, ""));
  bench.now += 100 * DAY_MS;
  const result = await bench.apply(SMALLER, {
    prune: PRUNE,
    publish: () => Promise.reject(new UsageError("DATA_UNUSABLE", "it is a file")),
  });
  expect(result).toMatchObject({
    outcome: "failed",
    stoppedBy: { code: "DATA_UNUSABLE" },
    notTried: [{ kind: "realtimeUrl" }],
    pruned: [],
  });
  expect(new Set(result.pruneKept.map(({ because }) => because))).toEqual(
    new Set(["applying ended before"]),
  );
  expect(bench.store.realtimeUrl).toBeUndefined();
});

test("applyPlan() tells what was done when the state cannot be written any more", async () => {
  const bench = createBench();
  const result = await bench.apply(SMALL_FLOW, {
    hook: (when, operation) => {
      const isSecondWrite = bench.kept.writes > 0 && operation === "write state";
      if (when === "before" && isSecondWrite) throw new UsageError("FILE_UNWRITABLE", "full");
    },
  });
  expect(result).toMatchObject({
    outcome: "failed",
    stoppedBy: { code: "FILE_UNWRITABLE" },
    failed: [{ item: { kind: "default" }, code: "FILE_UNWRITABLE" }],
    notTried: [{ kind: "default" }, { kind: "realtimeUrl" }],
  });
  expect(result.done).toHaveLength(5);
  expect((await bench.apply(SMALL_FLOW)).outcome).toBe("complete");
});

function refuseWriting(_when: string, operation: string): void {
  if (operation === "write state") throw new UsageError("FILE_UNWRITABLE", "full");
}

test("applyPlan() throws what the state throws before anything is sent", async () => {
  const bench = createBench();
  await expect(bench.apply(SMALL_FLOW, { hook: refuseWriting })).rejects.toMatchObject({
    code: "FILE_UNWRITABLE",
  });
  expect(writes(bench)).toEqual([]);
});

test.each(["images", "messages"] as const)(
  "applyPlan() refuses to upload nothing in place of content that is lacking, here of %s",
  async (kind) => {
    const bench = createBench();
    const whole = desiredOf(SMALL_FLOW);
    const desired = {
      ...whole,
      [kind]: whole[kind].map(({ identifier, path }) => ({ identifier, path, names: [] })),
    } as DesiredContent; // Without what it would be uploaded from.
    await expect(bench.apply(SMALL_FLOW, { desired })).rejects.toMatchObject({
      code: "PLAN_OF_ANOTHER_FLOW",
    });
    expect(writes(bench)).toEqual([]);
  },
);

test("applyPlan() ends when interrupted, and goes on the next time", async () => {
  const bench = createBench();
  const abort = new AbortController();
  const result = await bench.apply(SMALL_FLOW, {
    signal: abort.signal,
    progress: ({ type }) => {
      if (type === "done") abort.abort();
    },
  });
  expect(result.outcome).toBe("interrupted");
  expect(result.done).toHaveLength(1);
  expect(writes(bench)).toHaveLength(1);
  const again = await bench.apply(SMALL_FLOW);
  expect(again.done).toHaveLength(7);
});

test("applyPlan() refuses before the first request what would pass Apple's limits", async () => {
  const bench = createBench();
  for (let index = 0; index < 1999; index += 1) {
    const body = { header: "", body: "" };
    bench.store.messages.set(`there-${index}`, { state: "APPROVED", body });
  }
  await expect(bench.apply(SMALL_FLOW)).rejects.toMatchObject({ code: "TOO_MANY_MESSAGES" });
  expect(writes(bench)).toEqual([]);
});

const SMALLER = SMALL_FLOW.replace(
  / {6}en-US:\n(?: {8}.*\n)+/,
  "      en-US: { header: New, body: Text. }\n",
)
  .replace(/ {6}de-DE: .*\n/, "")
  .replace("[en-US, de-DE]", "[en-US]");

test("applyPlan() deletes nothing without being asked", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  bench.now += 100 * DAY_MS;
  await bench.apply(SMALLER);
  bench.now += 100 * DAY_MS;
  await bench.apply(SMALLER);
  expect(writes(bench).filter((request) => request.startsWith("DELETE"))).toEqual([]);
});

test("applyPlan() prunes after the rollback window: defaults, messages, then images", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  bench.now += 40 * DAY_MS;
  const kept = await bench.apply(SMALLER, { prune: PRUNE });
  expect(kept.pruned.map(({ kind }) => kind)).toEqual(["default"]);
  expect(kept.pruneKept.map(({ because }) => because.split(":")[0])).toEqual(
    Array.from({ length: 4 }, () => "rollback window"),
  );
  bench.now += 31 * DAY_MS;
  const gone = await bench.apply(SMALLER, { prune: PRUNE });
  expect(gone.pruned.map(({ kind }) => kind)).toEqual(["message", "message", "image", "image"]);
  expect(bench.store.messages.size).toBe(2);
  expect(bench.store.images.size).toBe(0);
  expect((await bench.apply(SMALLER, { prune: PRUNE })).pruned).toEqual([]);
});

test("applyPlan() keeps an image that a message which stays uses", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  bench.now += 40 * DAY_MS;
  await bench.apply(SMALLER);
  const [image] = bench.store.images.keys();
  const body = { header: "", body: "", image: { imageIdentifier: image ?? "", altText: "" } };
  bench.now += 31 * DAY_MS;
  // Somebody uploads a message between the lists and the deleting.
  const result = await bench.apply(SMALLER, {
    prune: PRUNE,
    hook: (when, operation) => {
      if (when === "before" && operation.startsWith("DELETE image")) {
        bench.store.messages.set("theirs", { state: "APPROVED", body });
      }
    },
  });
  expect(result.outcome).toBe("complete");
  expect(result.pruneKept).toMatchObject([
    { item: { identifier: image }, because: "a message that stays uses it" },
  ]);
});

test("applyPlan() prunes nothing that somebody publishes while it prunes", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  bench.now += 40 * DAY_MS;
  await bench.apply(SMALLER);
  bench.now += 31 * DAY_MS;
  const orphan = (await bench.plan(SMALLER)).orphans.find(({ kind }) => kind === "message");
  if (orphan?.kind !== "message") throw new Error("expected a message");
  const messages = [...bench.store.messages.keys()];
  const publication: NewUse = { kind: "publication", name: "live", messages, images: [] };
  const publishing = await bench.state();
  const result = await bench.apply(SMALLER, {
    prune: PRUNE,
    hook: (when, operation) => {
      if (when === "after" && operation === "DELETE default yoga.monthly de-DE") {
        void publishing.update((before) => recordUse(before, publication, bench.now));
      }
    },
  });
  expect(result.pruned.map(({ kind }) => kind)).toEqual(["default"]);
  expect(result.pruneKept).toContainEqual({
    item: expect.objectContaining({ identifier: orphan.identifier }) as unknown,
    because: "in use: live",
  });
  expect(bench.store.messages.size).toBe(messages.length);
});

test("applyPlan() keeps a message whose default message could not be deleted", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  bench.now += 40 * DAY_MS;
  await bench.apply(SMALLER);
  bench.now += 31 * DAY_MS;
  const failure = appleError("APPLE_FAILED", 5000000);
  bench.store.failures.set("DELETE default yoga.monthly de-DE", failure);
  const german = bench.store.defaults.get(JSON.stringify(["yoga.monthly", "de-DE"])) ?? "";
  const result = await bench.apply(SMALLER, { prune: PRUNE });
  expect(result.outcome).toBe("failed");
  expect(bench.store.messages.has(german)).toBe(true);
});

test("applyPlan() takes the default message of a product that was removed for deleted", async () => {
  const bench = createBench();
  await bench.apply(SMALL_FLOW);
  const failure = appleError("APPLE_REFUSED", 4000023);
  bench.store.failures.set("DELETE default yoga.monthly de-DE", failure);
  const result = await bench.apply(SMALLER, { prune: PRUNE });
  expect(result.pruned).toMatchObject([{ kind: "default", locale: "de-DE" }]);
  expect((await bench.apply(SMALLER, { prune: PRUNE })).pruned).toEqual([]);
});

test("applyPlan() has a change of the URL made by who writes it down", async () => {
  const bench = createBench();
  bench.store.realtimeUrl = "https://old.example.com/";
  const changes: unknown[] = [];
  const changeRealtimeUrl: ApplyOptions["changeRealtimeUrl"] = async (change, make) => {
    changes.push({ ...change, before: bench.store.realtimeUrl });
    await make();
  };
  await bench.apply(SMALL_FLOW, { changeRealtimeUrl });
  await bench.apply(SMALL_FLOW, { changeRealtimeUrl });
  const [from, to] = ["https://old.example.com/", bench.store.realtimeUrl];
  expect(changes).toEqual([{ from, to, before: from }]);
});

test("approvalIntervalMs() keeps to the sandbox's rate, and is slower in production", () => {
  expect(approvalIntervalMs("sandbox")).toBe(10_000);
  expect(approvalIntervalMs("production")).toBeGreaterThan(10_000);
});
