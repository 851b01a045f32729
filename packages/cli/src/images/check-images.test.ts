import { expect, test } from "vitest";
import { createFakeIo } from "../testing/fake-io.ts";
import type { FakeIo } from "../testing/fake-io.ts";
import { run, runJson, writeFiles } from "../testing/run.ts";

/** The first bytes of a PNG, which is all that is looked at. */
function pngHeader(width: number, height: number, colorType = 2): Uint8Array {
  const bytes = new Uint8Array(33);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, 13);
  bytes.set(new TextEncoder().encode("IHDR"), 12);
  view.setUint32(16, width);
  view.setUint32(20, height);
  bytes.set([8, colorType], 24);
  return bytes;
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

async function check(io: FakeIo, full: Uint8Array, bullet: Uint8Array): Promise<readonly string[]> {
  await writeFiles(io, { "flow.yaml": FLOW, "full.png": full, "bullet.png": bullet });
  const { json } = await runJson(io, "flow validate");
  // The document lists issues.
  const issues = json["issues"] as readonly { code: string; line: number; message: string }[];
  return issues
    .filter(({ code }) => code.startsWith("IMAGE"))
    .map(({ code, line }) => `${line} ${code}`);
}

const BULLET = pngHeader(1024, 1024);

test.each([
  ["images as Apple wants them", pngHeader(3840, 160), BULLET, []],
  ["an image that is too narrow", pngHeader(3000, 160), BULLET, ["10 IMAGE_DIMENSIONS"]],
  ["an image that is too high", pngHeader(3840, 2161), BULLET, ["10 IMAGE_DIMENSIONS"]],
  [
    "a bullet of the wrong size",
    pngHeader(3840, 160),
    pngHeader(512, 512),
    ["11 IMAGE_DIMENSIONS"],
  ],
  ["an alpha channel", pngHeader(3840, 160, 6), BULLET, ["10 IMAGE_HAS_ALPHA"]],
  [
    "something that is no PNG",
    new TextEncoder().encode("GIF89a".repeat(9)),
    BULLET,
    ["10 IMAGE_NOT_PNG"],
  ],
  ["a PNG that is cut off", pngHeader(3840, 160).slice(0, 20), BULLET, ["10 IMAGE_NOT_PNG"]],
])("flow validate tells about %s", async (_, full, bullet, expected) => {
  await using io = await createFakeIo();
  expect(await check(io, full, bullet)).toEqual(expected);
});

test("flow validate takes an alpha channel for an error only under --strict", async () => {
  await using io = await createFakeIo();
  await check(io, pngHeader(3840, 160, 6), BULLET);
  expect(await run(io, "flow validate")).toBe(0);
  expect(await run(io, "flow validate --strict")).toBe(2);
});
