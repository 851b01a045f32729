import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pngChunk, writePng } from "@holdfast/appstore/images/testing";
import type { TestPng } from "@holdfast/appstore/images/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { SEED, startLocalApple } from "../../../../storekit/testing/local-apple.ts";
import type { LocalApple } from "../../../../storekit/testing/local-apple.ts";
import { createFakeIo } from "../../../../testing/fake-io.ts";
import { errorOf, run, runJson, writeFiles } from "../../../../testing/run.ts";

const SANDBOX = { app: SEED, environment: "sandbox" } as const;
const ID = "11111111-1111-4111-8111-111111111111";
const OTHER = "44444444-4444-4444-8444-444444444444";
const SEEDED = "22222222-2222-4222-8222-222222222222";
const IMAGES = "storekit retention-messaging images";
const UPLOAD = `${IMAGES} upload --image-id ${ID} --file picture.png --environment sandbox`;

const FULL = { width: 3840, height: 160 } as const;
const BULLET = { width: 1024, height: 1024 } as const;

let apple: LocalApple;
beforeAll(async () => {
  apple = await startLocalApple();
});
afterEach(() => {
  for (const { imageIdentifier } of apple.emulator.images(SANDBOX)) {
    if (imageIdentifier !== SEEDED) apple.emulator.deleteImage(SANDBOX, imageIdentifier);
  }
  apple.emulator.faults.clear();
  apple.emulator.requestLog.clear();
});
afterAll(() => apple[Symbol.asyncDispose]());

/** Starts a server that answers uploads late, or never, and has an empty list. */
async function startSlowServer(
  answerAfterMs: number | undefined,
): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((request, response) => {
    if (request.method === "GET") response.end("{}");
    else if (answerAfterMs !== undefined) setTimeout(() => response.end(), answerAfterMs);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // A server that listens on a port has an address of this shape.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function ioWith(png: TestPng | Uint8Array, options?: Parameters<LocalApple["io"]>[0]) {
  const io = await apple.io(options);
  await writeFiles(io, { "picture.png": png instanceof Uint8Array ? png : writePng(png) });
  return io;
}

describe("images upload", () => {
  test("uploads a picture, and tells what was done", async () => {
    await using io = await ioWith(FULL);
    expect(await run(io, UPLOAD)).toBe(0);
    expect(io.out()).toBe(
      `{"resource":"image","identifier":"${ID}","action":"uploaded","environment":"sandbox","success":true}\n`,
    );
    expect(apple.emulator.images(SANDBOX)).toContainEqual(
      expect.objectContaining({ imageIdentifier: ID, imageSize: "FULL_SIZE" }),
    );
  });

  test.each<[string, TestPng, string]>([
    ["an alpha channel that is opaque", { ...FULL, colorType: "rgb-alpha" }, ""],
    ["grey", { ...FULL, colorType: "grey", bitDepth: 16 }, ""],
    ["interlaced lines", { ...FULL, isInterlaced: true }, ""],
    ["the greatest height", { width: 3840, height: 2160 }, ""],
    ["a bullet point's size", BULLET, "--image-size BULLET_POINT"],
    [
      "a palette of opaque colours",
      { ...FULL, colorType: "palette", before: [pngChunk("PLTE", [1, 2, 3, 4, 5, 6])] },
      "",
    ],
  ])("takes %s", async (_, png, more) => {
    await using io = await ioWith(png);
    expect([await run(io, `${UPLOAD} ${more}`), io.err()]).toEqual([0, ""]);
  });

  test.each<[string, TestPng | Uint8Array, string, string]>([
    ["no PNG", Buffer.from("GIF89a"), "", "IMAGE_NOT_PNG"],
    ["another width", { width: 3839, height: 160 }, "", "got 3839 × 160"],
    ["too little height", { width: 3840, height: 159 }, "", "got 3840 × 159"],
    ["too much height", { width: 3840, height: 2161 }, "", "got 3840 × 2161"],
    ["a full size for a bullet point", FULL, "--image-size BULLET_POINT", "got 3840 × 160"],
    ["a bullet point's for a full size", BULLET, "", "got 1024 × 1024"],
    [
      "one pixel that is not opaque",
      { ...FULL, colorType: "rgb-alpha", pixels: { "3839,159": [0, 0, 0, 254] } },
      "",
      "IMAGE_TRANSPARENT",
    ],
    [
      "a palette whose transparent colour is used",
      {
        ...FULL,
        colorType: "palette",
        before: [pngChunk("PLTE", [1, 2, 3, 4, 5, 6]), pngChunk("tRNS", [255, 0])],
        pixels: { "5,5": [1] },
      },
      "",
      "IMAGE_TRANSPARENT",
    ],
    [
      "a colour that stands for transparency",
      { ...FULL, before: [pngChunk("tRNS", [0, 255, 0, 255, 0, 255])] },
      "",
      "IMAGE_TRANSPARENT",
    ],
    ["a file cut off", writePng(FULL).subarray(0, 200), "", "IMAGE_DAMAGED"],
  ])("refuses %s before credentials and network", async (_, png, more, message) => {
    await using io = await createFakeIo({ env: apple.urls });
    await writeFiles(io, { "picture.png": png instanceof Uint8Array ? png : writePng(png) });
    expect(await run(io, `${UPLOAD} ${more}`)).toBe(2);
    expect(io.err()).toContain(message);
    expect(apple.emulator.requestLog.list()).toEqual([]);
  });

  test.each([
    ["--image-id", "--image-id x", "IDENTIFIER_INVALID: --image-id: expected a lowercase UUID"],
    ["a size there is not", "--image-size HUGE", "Allowed choices are FULL_SIZE, BULLET_POINT"],
    ["a file that is not there", "--file none.png", "none.png: no such file"],
  ])("refuses %s", async (_, more, message) => {
    await using io = await ioWith(FULL);
    expect(await run(io, `${UPLOAD} ${more}`)).toBe(2);
    expect(io.err()).toContain(message);
  });

  test("fails where the identifier is in use, unless that is to be skipped", async () => {
    await using io = await ioWith(FULL);
    await run(io, UPLOAD);
    expect(await run(io, `${UPLOAD} --output json`)).toBe(1);
    expect(errorOf(io)).toMatchObject({ appleCode: 4090000 });
    const { code, json } = await runJson(io, `${UPLOAD} --if-exists skip`);
    expect({ code, json }).toMatchObject({ code: 0, json: { action: "skipped", success: true } });
  });

  test("is not made twice when the answer is lost", async () => {
    const operation = "uploadImage";
    apple.emulator.faults.set([{ kind: "drop", operation, times: 1, when: "afterEffect" }]);
    await using io = await ioWith(FULL);
    expect([await run(io, UPLOAD), io.err()]).toEqual([0, ""]);
    expect(apple.emulator.requestLog.counts()).toMatchObject({ uploadImage: 1 });
  });

  test.each([
    ["ends after ASC_UPLOAD_TIMEOUT", { ASC_UPLOAD_TIMEOUT: "20ms" }, undefined, 1],
    ["is not ended by ASC_TIMEOUT", { ASC_TIMEOUT: "20ms" }, 40, 0],
  ])("%s", async (_, env, answerAfterMs, code) => {
    await using server = await startSlowServer(answerAfterMs);
    const url = { HOLDFAST_STOREKIT_SANDBOX_URL: server.url };
    await using io = await ioWith(FULL, { env: { ...env, ...url } });
    expect(await run(io, UPLOAD)).toBe(code);
    expect(io.err()).toMatch(code === 0 ? /^$/ : /APPLE_TIMEOUT/);
  });

  test("is refused when nothing may be changed", async () => {
    await using io = await ioWith(FULL, { env: { ASC_READ_ONLY: "1" } });
    expect(await run(io, UPLOAD)).toBe(6);
    expect(io.err()).toContain("READ_ONLY");
    expect(apple.emulator.requestLog.list()).toEqual([]);
    expect(await run(io, `${IMAGES} list --environment sandbox`)).toBe(0);
  });
});

describe("images list", () => {
  test("shows Apple's answer as JSON on one line, and laid out with --pretty", async () => {
    await using io = await apple.io();
    await run(io, `${IMAGES} list --environment sandbox`);
    const item = { imageIdentifier: SEEDED, imageState: "APPROVED", imageSize: "FULL_SIZE" };
    expect(io.out().split("\n")).toHaveLength(2);
    expect(JSON.parse(io.out())).toEqual({ imageIdentifiers: [item] });
    await run(io, `${IMAGES} list --environment sandbox --pretty`);
    expect(io.out()).toContain(`{\n  "imageIdentifiers": [\n    {`);
  });

  test("shows a table on a terminal, and Markdown and CSV when asked", async () => {
    await using io = await apple.io({ isTty: true });
    const line = `${IMAGES} list --environment sandbox`;
    await run(io, line);
    expect(io.out()).toBe(
      `Image ID                              Size       State\n${SEEDED}  FULL_SIZE  APPROVED\n`,
    );
    await run(io, `${line} --output md`);
    expect(io.out()).toContain(
      `| Image ID | Size | State |\n| --- | --- | --- |\n| ${SEEDED} | FULL\\_SIZE | APPROVED |\n`,
    );
    await run(io, `${line} --output csv`);
    expect(io.out()).toContain(
      `imageIdentifier,imageSize,imageState\n${SEEDED},FULL_SIZE,APPROVED\n`,
    );
  });

  test("shows one state", async () => {
    apple.emulator.uploadImage(SANDBOX, OTHER, writePng(FULL));
    apple.emulator.reviewImage(SANDBOX, OTHER, "REJECTED");
    await using io = await apple.io();
    const line = `${IMAGES} list --environment sandbox --state`;
    expect((await runJson(io, `${line} rejected`)).json).toMatchObject({
      imageIdentifiers: [{ imageIdentifier: OTHER }],
    });
    expect((await runJson(io, `${line} pending`)).json).toEqual({ imageIdentifiers: [] });
    expect(await run(io, `${line} a,b`)).toBe(2);
    expect(await run(io, `${line} aproved`)).toBe(2);
    expect(io.err()).toContain("got aproved; did you mean approved?");
    await using newer = await apple.io();
    expect(await run(newer, `${line} EXPIRED`)).toBe(0);
    expect(newer.err()).toContain("EXPIRED is no state Apple documents");
  });
});

describe("images delete", () => {
  test("deletes, and tells what was done in a table", async () => {
    await using io = await ioWith(FULL, { isTty: true });
    await run(io, UPLOAD);
    const line = `${IMAGES} delete --image-id ${ID} --confirm --environment sandbox`;
    const before = io.out().length;
    expect(await run(io, line)).toBe(0);
    expect(io.out().slice(before)).toBe(
      `Resource  Identifier                            Action   Environment  Success\n` +
        `image     ${ID}  deleted  sandbox      true\n`,
    );
    expect(await run(io, line)).toBe(1);
    expect(io.err()).toContain("4040014");
  });

  test("asks for --confirm before anything else", async () => {
    await using io = await createFakeIo();
    expect(await run(io, `${IMAGES} delete`)).toBe(2);
    expect(io.err()).toContain("--confirm is required");
  });
});

describe("images wait", () => {
  test("ends when all are approved", async () => {
    await using io = await apple.io();
    const { code, json } = await runJson(io, `${IMAGES} wait --all --environment sandbox`);
    expect(code).toBe(0);
    expect(json).toMatchObject({ imageIdentifiers: [{ imageIdentifier: SEEDED }] });
  });
});
