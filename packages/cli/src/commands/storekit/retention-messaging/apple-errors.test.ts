import { randomUUID } from "node:crypto";
import { APPLE_ERROR_CATALOGUE } from "@holdfast/appstore/retention-messaging/client";
import { writePng } from "@holdfast/appstore/images/testing";
import { defaultApps } from "@holdfast/emulator";
import type { AppDefinition } from "@holdfast/emulator";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { SEED, startLocalApple } from "../../../storekit/testing/local-apple.ts";
import type { LocalApple } from "../../../storekit/testing/local-apple.ts";
import { errorOf, run, writeFiles } from "../../../testing/run.ts";

const SANDBOX = { app: SEED, environment: "sandbox" } as const;
const PRODUCTION = { app: SEED, environment: "production" } as const;
const NEW = "00000000-0000-4000-8000-0000000000aa";
const MESSAGE = "551ee7c0-c097-418e-9dd5-2a98533a7390";
const PENDING = "00000000-0000-4000-8000-0000000000dd";
const WITH_IMAGE = "00000000-0000-4000-8000-0000000000ee";
const FULL_IMAGE = "00000000-0000-4000-9000-0000000000aa";
const BULLET_IMAGE = "00000000-0000-4000-9000-0000000000bb";
const FULL = writePng({ width: 3840, height: 160 });
const BULLET = writePng({ width: 1024, height: 1024 });
const TEXT = { header: "Stay", body: "Please stay." };

const bullet = { text: "t", imageIdentifier: BULLET_IMAGE, altText: "a" };
const FILES = {
  "full.png": FULL,
  "text.json": JSON.stringify(TEXT),
  "bullet-image.json": JSON.stringify({
    ...TEXT,
    image: { imageIdentifier: BULLET_IMAGE, altText: "a" },
  }),
  "three-bullets.json": JSON.stringify({ ...TEXT, bulletPoints: [bullet, bullet, bullet] }),
};

/** Everybody a performance test can be asked for, rightly or not. */
function appsWithSubscribers(): readonly AppDefinition[] {
  return defaultApps()
    .filter(({ id }) => id === SEED)
    .map(withSubscribers);
}

function withSubscribers(app: AppDefinition): AppDefinition {
  const [first] = app.subscribers ?? [];
  if (first === undefined) throw new Error("the seed app has no subscriber");
  const family = { ...first, originalTransactionId: "501", ownership: "FAMILY_SHARED" as const };
  const other = {
    ...first,
    originalTransactionId: "502",
    laterTransactionIds: ["503"],
    appTransactionId: "504",
  };
  return { ...app, subscribers: [first, family, other] };
}

const never = new AbortController();
let apple: LocalApple;
beforeAll(async () => {
  apple = await startLocalApple({
    apps: appsWithSubscribers(),
    maxBulletPoints: 2,
    performanceTest: { totalRequests: 1, totalDuration: 0 },
    // Leaves a performance test under way until the end.
    fetch: () =>
      new Promise((_resolve, reject) => {
        never.signal.addEventListener("abort", () => reject(new TypeError("over")));
      }),
  });
  const { emulator } = apple;
  for (const place of [SANDBOX, PRODUCTION]) {
    emulator.uploadImage(place, FULL_IMAGE, FULL);
    emulator.uploadImage(place, BULLET_IMAGE, BULLET, "BULLET_POINT");
    const image = { imageIdentifier: FULL_IMAGE, altText: "a" };
    emulator.uploadMessage(place, WITH_IMAGE, { ...TEXT, image });
    emulator.uploadMessage(place, PENDING, TEXT);
  }
  emulator.reviewMessage(PRODUCTION, WITH_IMAGE, "APPROVED");
});
afterEach(() => {
  apple.emulator.faults.clear();
});
afterAll(async () => {
  never.abort();
  await apple[Symbol.asyncDispose]();
});

/** Gives the app as many of something as it may have, until the test is over. */
function withFull(kind: "messages" | "images"): () => void {
  const all = apple.emulator.world.get(SEED)?.environments.sandbox[kind];
  const [one] = [...(all?.values() ?? [])];
  const names = Array.from({ length: 2000 }, (_, count) => `filler ${count}`);
  // The map is the one or the other kind, and so is its value.
  const map = all as Map<string, unknown> | undefined;
  for (const name of names) map?.set(name, one);
  return () => {
    for (const name of names) map?.delete(name);
  };
}

function withUrl(): () => void {
  apple.emulator.configureRealtimeUrl(SANDBOX, "https://retention.example.com/");
  return () => apple.emulator.deleteRealtimeUrl(SANDBOX);
}

function withTestUnderWay(): () => void {
  const cleanUp = withUrl();
  const about = { app: SEED, originalTransactionId: "2000000000000000" };
  apple.emulator.startPerformanceTest(about);
  return cleanUp;
}

const START = "performance start --original-transaction-id";
const VIEW_RESULT = "performance view --request-id";
const DEFAULT = "--product-id com.example.monthly --locale en-US";
const UPLOAD = `messages upload --message-id ${NEW} --file`;

/** What a command line is refused for by Apple, by its natural cause. */
const NATURAL: readonly (readonly [errorCode: number, line: string, prepare?: () => () => void])[] =
  [
    [4000006, `${START} 1`, withUrl],
    [4000023, "defaults view --product-id none --locale en-US"],
    [4000048, `${START} 504`, withUrl],
    [4000185, `${START} 501`, withUrl],
    [4000187, `${START} 503`, withUrl],
    [4000211, `${START} 2000000000000000`],
    [4000212, `${VIEW_RESULT} 1`],
    [4000213, `${START} 2000000000000000`, withTestUnderWay],
    [4000216, `${UPLOAD} bullet-image.json`],
    [4000218, `${UPLOAD} three-bullets.json`],
    [4030014, `images upload --image-id ${NEW} --file full.png`, () => withFull("images")],
    [4030016, `${UPLOAD} text.json`, () => withFull("messages")],
    [4030017, `defaults set ${DEFAULT} --message-id ${PENDING} --environment production`],
    [4030018, `defaults set ${DEFAULT} --message-id ${WITH_IMAGE} --environment production`],
    [4030019, `images delete --image-id ${FULL_IMAGE} --confirm`],
    [4030026, "endpoint set --url https://a.example.com/ --environment production --skip-checks"],
    [4040014, `images delete --image-id ${NEW} --confirm`],
    [4040015, `messages delete --message-id ${NEW} --confirm`],
    [4040018, `${VIEW_RESULT} ${randomUUID()}`],
    [4040020, `defaults view ${DEFAULT}`],
    [4040021, "endpoint view"],
    [4090000, `images upload --image-id ${FULL_IMAGE} --file full.png`],
    [4090001, `messages upload --message-id ${MESSAGE} --file text.json`],
  ];

/** What our own checks refuse before Apple can, and what comes without a cause of ours. */
const ON_DEMAND: readonly (readonly [number, string, string])[] = [
  [4000161, `images upload --image-id ${NEW} --file full.png`, "uploadImage"],
  [4000162, `${UPLOAD} text.json`, "uploadMessage"],
  [4000163, `${UPLOAD} text.json`, "uploadMessage"],
  [4000164, `defaults view ${DEFAULT}`, "getDefaultMessage"],
  [4000175, `${UPLOAD} text.json`, "uploadMessage"],
  [4000215, "endpoint set --url https://a.example.com/", "configureRealtimeURL"],
  [4000219, `${UPLOAD} text.json`, "uploadMessage"],
  [4000224, `${UPLOAD} text.json`, "uploadMessage"],
  [4290000, "messages list", "getMessageList"],
  [5000000, "images list", "getImageList"],
  [5000001, "endpoint view", "getRealtimeURL"],
];

/** The numbers of the Retention Messaging API, but the one that Apple does not publish. */
const DOCUMENTED = [
  4000006, 4000023, 4000048, 4000161, 4000162, 4000163, 4000164, 4000175, 4000185, 4000187, 4000211,
  4000212, 4000213, 4000215, 4000216, 4000218, 4000219, 4000224, 4030014, 4030016, 4030017, 4030018,
  4030019, 4030026, 4040014, 4040015, 4040018, 4040020, 4040021, 4090000, 4090001, 4290000, 5000000,
  5000001,
];

/** How a refusal is told to people and to machines. */
interface Told {
  readonly exitCodes: readonly number[];
  readonly out: string;
  readonly text: string;
  /** What the text says to do. */
  readonly hint: string | undefined;
  readonly error: Readonly<Record<string, unknown>>;
}

/** Runs a line twice, for people and as JSON. */
async function tell(line: string): Promise<Told> {
  const whole = `storekit retention-messaging ${line} --environment sandbox`;
  // The last one counts.
  const words = line.includes("--environment production")
    ? `storekit retention-messaging ${line}`
    : whole;
  await using forPeople = await apple.io({ isTty: true });
  await writeFiles(forPeople, FILES);
  await using forMachines = await apple.io();
  await writeFiles(forMachines, FILES);
  const exitCodes = [await run(forPeople, words), await run(forMachines, `${words} --output json`)];
  const out = forPeople.out() + forMachines.out();
  const text = forPeople.err();
  const hint = /^hint (.*)$/m.exec(text)?.[1];
  return { exitCodes, out, text, hint, error: errorOf(forMachines) };
}

/** What {@link tell} must return for one of Apple's numbers. */
function refusal(errorCode: number): unknown {
  const { status, name, advice } = APPLE_ERROR_CATALOGUE.get(errorCode) ?? {};
  return {
    exitCodes: [1, 1],
    out: "",
    text: expect.stringContaining(`: ${status} ${errorCode} ${name}`) as unknown,
    hint: expect.stringContaining(advice ?? "none") as unknown,
    error: expect.objectContaining({
      code: expect.stringMatching(/^APPLE_/) as unknown,
      status,
      appleCode: errorCode,
      appleName: name,
      advice: expect.stringContaining(advice ?? "none") as unknown,
    }) as unknown,
  };
}

describe("an error of Apple's is told with its number, its name and what to do", () => {
  test.each(NATURAL.map(([errorCode, line, prepare]) => ({ errorCode, line, prepare })))(
    "$errorCode: $line",
    async ({ errorCode, line, prepare }) => {
      const cleanUp = prepare?.();
      try {
        expect(await tell(line)).toEqual(refusal(errorCode));
      } finally {
        cleanUp?.();
      }
    },
  );

  test.each(ON_DEMAND)("%i on demand: %s", async (errorCode, line, operation) => {
    apple.emulator.faults.set([{ kind: "error", errorCode, operation }]);
    expect(await tell(line)).toEqual(refusal(errorCode));
  });

  test("for every number of the API", () => {
    const shown = new Set([...NATURAL, ...ON_DEMAND].map(([errorCode]) => errorCode));
    expect(DOCUMENTED.filter((errorCode) => !shown.has(errorCode))).toEqual([]);
  });

  test("for a number nobody knows", async () => {
    apple.emulator.faults.set([{ kind: "error", errorCode: 4009998 }]);
    await using io = await apple.io();
    const line = "storekit retention-messaging messages list --environment sandbox --output json";
    expect(await run(io, line)).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "APPLE_REFUSED", appleCode: 4009998, status: 400 });
    expect(errorOf(io)).not.toHaveProperty("appleName");
  });

  test("for a bare 404, which means no access", async () => {
    apple.emulator.faults.set([{ kind: "status", status: 404 }]);
    await using io = await apple.io();
    const line = "storekit retention-messaging endpoint view --environment sandbox --output json";
    expect(await run(io, line)).toBe(1);
    expect(errorOf(io)).toMatchObject({
      code: "APPLE_NO_ACCESS",
      advice: expect.stringContaining("developer.apple.com/contact/request") as unknown,
    });
  });
});

describe("a rate limit", () => {
  test("is told with the moment of the next call, when that is too far off to wait", async () => {
    const retryInMs = 3_600_000;
    apple.emulator.faults.set([{ kind: "error", errorCode: 4290000, retryInMs }]);
    await using io = await apple.io();
    const line = "storekit retention-messaging messages list --environment sandbox";
    expect(await run(io, `${line} --output json`)).toBe(1);
    const retryAt = Number(errorOf(io)["retryAt"]);
    expect(retryAt).toBe(io.now() + retryInMs);
    expect(errorOf(io)).toMatchObject({ code: "APPLE_RATE_LIMITED", retryable: true });
    await using forPeople = await apple.io();
    expect(await run(forPeople, line)).toBe(1);
    expect(forPeople.err()).toContain(
      `hint Apple takes the next call at ${new Date(retryAt).toISOString()}`,
    );
  });

  test("is waited out when it is near, which a terminal is told", async () => {
    const fault = { kind: "error", errorCode: 4290000, retryInMs: 30_000, times: 1 } as const;
    apple.emulator.faults.set([fault]);
    await using io = await apple.io({ isErrTty: true });
    const line = "storekit retention-messaging messages list --environment sandbox";
    expect(await run(io, line)).toBe(0);
    expect(io.err()).toBe("Get Message List: waiting 30s before attempt 2; the last one failed\n");
  });
});
