import { describe, expect, test } from "vitest";
import { startLocalApple } from "./storekit/testing/local-apple.ts";
import { errorOf, run } from "./testing/run.ts";

const MESSAGES = "storekit retention-messaging messages";
const IN = "--environment sandbox";
const ID = "AAAAAAAA-3333-4333-8333-333333333333";
const WARNING = `--message-id: ${ID.toLowerCase()} is used, for Apple wants lowercase`;

const giveMessage = () => Promise.resolve(JSON.stringify({ header: "Stay", body: "Please." }));

describe("what a command warns of", () => {
  const upload = `${MESSAGES} upload --message-id ${ID} --file - ${IN}`;

  test("is text for people, also where JSON only comes by default", async () => {
    await using apple = await startLocalApple();
    await using io = await apple.io();
    expect(await run({ ...io, stdin: giveMessage }, upload)).toBe(0);
    expect(io.err()).toBe(`warning: ${WARNING}\n`);
  });

  test("is one document where JSON is asked for and all went well", async () => {
    await using apple = await startLocalApple();
    await using io = await apple.io();
    expect(await run({ ...io, stdin: giveMessage }, `${upload} --output json`)).toBe(0);
    expect(JSON.parse(io.err())).toEqual({ warnings: [WARNING] });
  });

  test("is in the error's document where something failed", async () => {
    await using apple = await startLocalApple();
    await using io = await apple.io();
    const line = `${MESSAGES} delete --message-id ${ID} --confirm ${IN} --output json`;
    expect(await run(io, line)).toBe(1);
    expect(errorOf(io)).toMatchObject({ appleCode: 4040015 });
    expect(JSON.parse(io.err())).toMatchObject({ warnings: [WARNING] });
  });
});

describe("a command that is interrupted", () => {
  test.each([
    [`${MESSAGES} upload --message-id ${ID.toLowerCase()} --file - ${IN}`, /--if-exists skip/],
    [`${MESSAGES} list ${IN}`, /run the same command/],
    [
      `storekit retention-messaging endpoint set --url https://a.example.com/ ${IN}`,
      /endpoint view/,
    ],
  ])("says what to do: %s", async (line, advice) => {
    await using apple = await startLocalApple();
    await using io = await apple.io();
    io.interrupt();
    expect(await run({ ...io, stdin: giveMessage }, `${line} --output json`)).toBe(130);
    expect(errorOf(io)).toMatchObject({ code: "REQUEST_ABORTED" });
    expect(errorOf(io)["advice"]).toMatch(advice);
  });
});
