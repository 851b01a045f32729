import { pngChunk, writePng } from "@holdfast/appstore/images/testing";
import type { TestPng } from "@holdfast/appstore/images/testing";
import { parseFlow } from "@holdfast/flow/document";
import { expect, test } from "vitest";
import { createFakeIo } from "../testing/fake-io.ts";
import type { FakeIo } from "../testing/fake-io.ts";
import { run, runJson, writeFiles } from "../testing/run.ts";
import { checkImages } from "./check-images.ts";

/** A full-size image, white unless something else is said. */
function full(png: Partial<TestPng> = {}): Uint8Array {
  return writePng({ width: 3840, height: 160, ...png });
}

const FLOW = `version: 1
app: com.example.app
messages:
  stay:
    defaultLocale: en-US
    locales:
      en-US:
        header: Stay
        body: Please.
        image: { file: full.png, alt: A picture }
        bullets: [{ text: One, image: { file: bullet.png, alt: A dot } }]
rules: []
fallback: { message: stay }
`;

async function check(
  io: FakeIo,
  image: Uint8Array,
  bullet: Uint8Array,
): Promise<readonly string[]> {
  await writeFiles(io, { "flow.yaml": FLOW, "full.png": image, "bullet.png": bullet });
  const { json } = await runJson(io, "flow validate");
  // The document lists issues.
  const issues = json["issues"] as readonly { code: string; line: number; message: string }[];
  return issues
    .filter(({ code }) => code.startsWith("IMAGE"))
    .map(({ code, line }) => `${line} ${code}`);
}

const BULLET = writePng({ width: 1024, height: 1024, colorType: "grey", bitDepth: 1 });
const SMALL_BULLET = writePng({ width: 512, height: 512, colorType: "grey", bitDepth: 1 });
const TRANSPARENT = full({ colorType: "rgb-alpha", pixels: { "9,9": [0, 0, 0, 0] } });
const ANIMATED = full({ before: [pngChunk("acTL", [0, 0, 0, 1, 0, 0, 0, 0])] });

test.each([
  ["images as Apple wants them", full(), BULLET, []],
  ["an alpha channel that hides nothing", full({ colorType: "rgb-alpha" }), BULLET, []],
  ["a pixel that is not opaque", TRANSPARENT, BULLET, ["10 IMAGE_TRANSPARENT"]],
  ["an image that is too narrow", full({ width: 3000 }), BULLET, ["10 IMAGE_DIMENSIONS"]],
  ["an image that is too high", full({ height: 2161 }), BULLET, ["10 IMAGE_DIMENSIONS"]],
  ["a bullet of the wrong size", full(), SMALL_BULLET, ["11 IMAGE_DIMENSIONS"]],
  ["a file of another kind", Buffer.from("GIF89a"), BULLET, ["10 IMAGE_NOT_PNG"]],
  ["a PNG that is cut off", full().subarray(0, -9), BULLET, ["10 IMAGE_DAMAGED"]],
  ["an animation", ANIMATED, BULLET, ["10 IMAGE_ANIMATED"]],
])("flow validate tells about %s", async (_, image, bullet, expected) => {
  await using io = await createFakeIo();
  expect(await check(io, image, bullet)).toEqual(expected);
});

test("flow validate names the file, what it expects and what came", async () => {
  await using io = await createFakeIo();
  await check(io, full({ width: 3000 }), BULLET);
  await run(io, "flow validate");
  expect(io.out() + io.err()).toContain(
    '"full.png": expected 3840 × 160 to 2160 pixels for FULL_SIZE, got 3000 × 160',
  );
});

test("flow validate takes an animation for an error only under --strict", async () => {
  await using io = await createFakeIo();
  await check(io, ANIMATED, BULLET);
  expect(await run(io, "flow validate")).toBe(0);
  expect(await run(io, "flow validate --strict")).toBe(2);
});

test("flow validate tells about a file at every place it is used, and decodes it once", () => {
  const text = "{ header: a, body: b, image: { file: a.png, alt: a } }";
  const { document, positions } = parseFlow(
    FLOW.replace(/ en-US:[^]*(?=rules)/, ` en-US: ${text}\n      de-DE: ${text}\n`),
  );
  if (document === undefined) throw new Error("expected a flow");
  const reads: string[] = [];
  const bytesOf = (file: string) => {
    reads.push(file);
    return TRANSPARENT;
  };
  const issues = checkImages(document, positions, { bytesOf });
  expect(issues.map(({ path }) => path.join("."))).toEqual([
    "messages.stay.locales.en-US.image.file",
    "messages.stay.locales.de-DE.image.file",
  ]);
  expect(reads).toEqual(["a.png"]);
});
