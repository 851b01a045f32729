import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { SEED, startLocalApple } from "../../../../storekit/testing/local-apple.ts";
import type { LocalApple } from "../../../../storekit/testing/local-apple.ts";
import { createFakeIo } from "../../../../testing/fake-io.ts";
import type { FakeIo } from "../../../../testing/fake-io.ts";
import { errorOf, run, runJson, writeFiles } from "../../../../testing/run.ts";

const SANDBOX = { app: SEED, environment: "sandbox" } as const;
const PRODUCTION = { app: SEED, environment: "production" } as const;
const ID = "33333333-3333-4333-8333-333333333333";
const OTHER = "44444444-4444-4444-8444-444444444444";
const IMAGE = "22222222-2222-4222-8222-222222222222";
const MESSAGES = "storekit retention-messaging messages";
const UPLOAD = `${MESSAGES} upload --message-id ${ID} --file message.json --environment sandbox`;

const TEXT = { header: "Keep everything", body: "Continue and keep access." };
const image = { imageIdentifier: IMAGE, altText: "The app on an iPhone" };

let apple: LocalApple;
beforeAll(async () => {
  apple = await startLocalApple();
});
afterEach(() => {
  for (const place of [SANDBOX, PRODUCTION]) {
    for (const { messageIdentifier } of apple.emulator.messages(place)) {
      if ([ID, OTHER].includes(messageIdentifier)) {
        apple.emulator.deleteMessage(place, messageIdentifier);
      }
    }
  }
  apple.emulator.faults.clear();
  apple.emulator.requestLog.clear();
});
afterAll(() => apple[Symbol.asyncDispose]());

async function ioWith(message: unknown, options?: Parameters<LocalApple["io"]>[0]) {
  const io = await apple.io(options);
  const text = typeof message === "string" ? message : JSON.stringify(message);
  await writeFiles(io, { "message.json": text });
  return io;
}

const output = async (io: FakeIo, line: string): Promise<string> => {
  const before = io.out().length;
  await run(io, line);
  return io.out().slice(before);
};

describe("messages upload", () => {
  test("uploads a message, and tells what was done", async () => {
    await using io = await ioWith({ ...TEXT, image, headerPosition: "ABOVE_IMAGE" });
    expect(await run(io, UPLOAD)).toBe(0);
    expect(io.out()).toBe(
      `{"resource":"message","identifier":"${ID}","action":"uploaded","environment":"sandbox","success":true}\n`,
    );
    const stored = apple.emulator.messages(SANDBOX);
    expect(stored).toContainEqual(
      expect.objectContaining({ messageIdentifier: ID, state: "APPROVED" }),
    );
  });

  test("warns of what Apple may refuse, and uploads it", async () => {
    await using io = await ioWith({ ...TEXT, body: "Stay – it’s good" });
    expect(await run(io, UPLOAD)).toBe(0);
    await using emoji = await ioWith({ ...TEXT, body: "Stay 🧘" });
    expect(await run(emoji, UPLOAD.replace(ID, OTHER))).toBe(1);
    expect(emoji.err()).toContain("warning: --file message.json: body:");
    expect(emoji.err()).toContain("Apple refuses emoji");
  });

  test.each<[string, unknown, string]>([
    ["no JSON", "{", "JSON_MALFORMED"],
    ["something after it", "{} {}", "JSON_MALFORMED"],
    ["more than a mebibyte", " ".repeat(1024 * 1024 + 1), "FILE_TOO_LARGE"],
    ["a field it does not know", { ...TEXT, headr: "x" }, "UNKNOWN_FIELD"],
    ["no header", { body: "b" }, "header: "],
    ["a header of 67", { ...TEXT, header: "h".repeat(67) }, "TEXT_TOO_LONG"],
    ["a body of 145", { ...TEXT, body: "b".repeat(145) }, "body: "],
    [
      "an image without alternative text",
      { ...TEXT, image: { imageIdentifier: IMAGE } },
      "image.altText: ",
    ],
    [
      "an alternative text of 151",
      { ...TEXT, image: { ...image, altText: "a".repeat(151) } },
      "TEXT_TOO_LONG",
    ],
    [
      "a bullet point without alternative text",
      { ...TEXT, bulletPoints: [{ text: "t", imageIdentifier: IMAGE }] },
      "bulletPoints.0.altText: ",
    ],
    [
      "six bullet points",
      { ...TEXT, bulletPoints: Array.from({ length: 6 }, () => ({ text: "t", ...image })) },
      "TOO_MANY_BULLET_POINTS",
    ],
    [
      "ABOVE_IMAGE without an image",
      { ...TEXT, headerPosition: "ABOVE_IMAGE" },
      "HEADER_POSITION_NEEDS_IMAGE",
    ],
    ["another position", { ...TEXT, headerPosition: "BELOW" }, "HEADER_POSITION_INVALID"],
  ])("refuses %s before credentials and network", async (_, message, said) => {
    await using io = await createFakeIo({ env: apple.urls });
    const text = typeof message === "string" ? message : JSON.stringify(message);
    await writeFiles(io, { "message.json": text });
    expect(await run(io, UPLOAD)).toBe(2);
    expect(io.err()).toContain(said);
    expect(apple.emulator.requestLog.list()).toEqual([]);
  });

  test("tells everything that is wrong at once", async () => {
    await using io = await ioWith({ header: "h".repeat(67), body: "" });
    expect(await run(io, `${UPLOAD} --output json`)).toBe(2);
    expect(String(errorOf(io)["message"]).split("\n")).toHaveLength(2);
  });

  test("fails where the identifier is in use, unless that is to be skipped", async () => {
    await using io = await ioWith(TEXT);
    await run(io, UPLOAD);
    expect(await run(io, `${UPLOAD} --output json`)).toBe(1);
    expect(errorOf(io)).toMatchObject({
      appleCode: 4090001,
      appleName: "MessageAlreadyExistsError",
    });
    expect((await runJson(io, `${UPLOAD} --if-exists skip`)).json["action"]).toBe("skipped");
  });

  test("does not skip another refusal", async () => {
    apple.emulator.faults.set([{ kind: "error", errorCode: 4030016, operation: "uploadMessage" }]);
    await using io = await ioWith(TEXT);
    expect(await run(io, `${UPLOAD} --if-exists skip`)).toBe(1);
  });
});

describe("messages list", () => {
  test("shows Apple's answer", async () => {
    await using io = await apple.io();
    const { code, json } = await runJson(io, `${MESSAGES} list --environment Sandbox`);
    expect(code).toBe(0);
    const all = apple.emulator.messages(SANDBOX).map(({ messageIdentifier, state }) => ({
      messageIdentifier,
      messageState: state,
    }));
    expect(all).toHaveLength(4);
    expect(json).toEqual({ messageIdentifiers: all });
  });

  test("shows a table, Markdown and CSV", async () => {
    const [first] = apple.emulator.messages(SANDBOX);
    const id = first?.messageIdentifier ?? "";
    await using io = await apple.io();
    const list = `${MESSAGES} list --environment sandbox --output`;
    expect(await output(io, `${list} table`)).toContain(
      `Message ID                            State\n${id}  APPROVED\n`,
    );
    expect(await output(io, `${list} markdown`)).toContain(
      `| Message ID | State |\n| --- | --- |\n| ${id} | APPROVED |\n`,
    );
    expect(await output(io, `${list} csv`)).toContain(
      `messageIdentifier,messageState\n${id},APPROVED\n`,
    );
  });

  test("takes its format from the environment, and says when that is none", async () => {
    await using io = await apple.io({ env: { ASC_DEFAULT_OUTPUT: "table" } });
    const list = `${MESSAGES} list --environment sandbox`;
    expect(await output(io, list)).toContain("Message ID");
    await using wrong = await apple.io({ env: { HOLDFAST_DEFAULT_OUTPUT: "yaml" }, isTty: true });
    expect(await output(wrong, list)).toMatch(/^\{/);
    expect(wrong.err()).toContain("warning: HOLDFAST_DEFAULT_OUTPUT");
  });

  test.each([
    ["for people where JSON only comes by default", {}, "error "],
    ["as JSON where the environment asks for it", { HOLDFAST_DEFAULT_OUTPUT: "json" }, "{"],
  ])("tells errors %s", async (_, env, start) => {
    await using io = await createFakeIo({ env });
    expect(await run(io, `${MESSAGES} list --environment sandbox`)).toBe(1);
    expect(io.err().startsWith(start)).toBe(true);
  });

  test("refuses --pretty without JSON before anything is asked", async () => {
    await using io = await apple.io({ isTty: true });
    expect(await run(io, `${MESSAGES} list --environment sandbox --pretty`)).toBe(2);
    expect(apple.emulator.requestLog.list()).toEqual([]);
  });
});

describe("messages delete", () => {
  test("deletes, and asks for --confirm before anything else", async () => {
    await using io = await ioWith(TEXT);
    await run(io, UPLOAD);
    expect(await run(io, `${MESSAGES} delete`)).toBe(2);
    expect(io.err()).toContain("--confirm is required");
    const line = `${MESSAGES} delete --message-id ${ID} --confirm --environment sandbox`;
    expect((await runJson(io, line)).json).toEqual({
      resource: "message",
      identifier: ID,
      action: "deleted",
      environment: "sandbox",
      success: true,
    });
    expect(await run(io, line)).toBe(1);
  });
});

/** A world in which something happens at Apple while it is waited for the second time. */
function ioWhile(act: () => void): Promise<FakeIo> {
  let sleeps = 0;
  return apple.io({
    sleep: async () => {
      sleeps += 1;
      if (sleeps === 2) act();
    },
  });
}

describe("messages wait", () => {
  const WAIT = `${MESSAGES} wait --message-id ${ID} --environment production`;
  const upload = (id = ID) => apple.emulator.uploadMessage(PRODUCTION, id, TEXT);
  const review = (state: "APPROVED" | "REJECTED") =>
    apple.emulator.reviewMessage(PRODUCTION, ID, state);

  test("ends when all are approved, whatever passes meanwhile", async () => {
    upload();
    upload(OTHER);
    apple.emulator.reviewMessage(PRODUCTION, OTHER, "APPROVED");
    apple.emulator.faults.set([
      {
        kind: "error",
        errorCode: 4290000,
        operation: "getMessageList",
        retryInMs: 3_600_000,
        skip: 1,
        times: 1,
      },
    ]);
    await using io = await ioWhile(() => review("APPROVED"));
    const line = `${WAIT} --message-id ${OTHER} --timeout 12h --interval 10m`;
    const { code, json } = await runJson(io, line);
    expect([code, io.err()]).toEqual([0, ""]);
    expect(json).toEqual({
      messageIdentifiers: [
        { messageIdentifier: ID, messageState: "APPROVED" },
        { messageIdentifier: OTHER, messageState: "APPROVED" },
      ],
    });
  });

  test("ends with 1 as soon as one is rejected, and shows it", async () => {
    upload();
    await using io = await ioWhile(() => review("REJECTED"));
    expect(await run(io, `${WAIT} --timeout 24h`)).toBe(1);
    expect(io.out()).toContain("REJECTED");
    expect(io.err()).toContain(`REVIEW_REJECTED: Apple rejected ${ID}`);
  });

  test("ends with 5 when it is still pending, and says how to go on", async () => {
    upload();
    await using io = await apple.io();
    expect(await run(io, `${WAIT} --output json`)).toBe(5);
    expect(io.out()).toBe("");
    expect(errorOf(io)).toEqual({
      code: "STILL_PENDING",
      message: "the review of 1 message: expected an end within 10m; 1 of 1 not approved yet",
      advice: `nothing is lost; wait on with: holdfast ${WAIT}`,
    });
  });

  test("ends with 130 at Ctrl-C, and says how to go on", async () => {
    upload();
    const worlds: FakeIo[] = [];
    await using io = await apple.io({
      sleep: async (_ms, signal) => {
        for (const world of worlds) world.interrupt();
        signal?.throwIfAborted();
      },
    });
    worlds.push(io);
    expect(await run(io, WAIT)).toBe(130);
    expect(io.err()).toContain(`hint it goes on at Apple; wait on with: holdfast ${WAIT}`);
  });

  test("refuses to wait for a message that was never uploaded", async () => {
    await using io = await apple.io();
    expect(await run(io, WAIT)).toBe(2);
    expect(io.err()).toContain("NOT_UPLOADED");
  });

  test.each([
    ["neither a message nor all", "", "exactly one of"],
    ["a message and all", `--all --message-id ${ID}`, "exactly one of"],
    ["another state", "--all --until rejected", "Allowed choices are approved"],
    ["an interval that is too short", "--all --interval 9s", "--interval: expected at least 10s"],
    ["a timeout that is too long", "--all --timeout 25h", "--timeout: expected a duration"],
  ])("refuses %s", async (_, more, message) => {
    await using io = await createFakeIo();
    expect(await run(io, `${MESSAGES} wait ${more} --environment sandbox`)).toBe(2);
    expect(io.err()).toContain(message);
  });
});
