import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FlowText } from "../document/index.ts";
import { imageIdentifier, messageIdentifier } from "./content-identifiers.ts";
import { sha1 } from "./sha1.ts";
import { uuidV5 } from "./uuid-v5.ts";

describe("sha1()", () => {
  test("is node:crypto's for any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect([...sha1(bytes)]).toEqual([...createHash("sha1").update(bytes).digest()]);
      }),
    );
  });

  test.each([55, 56, 63, 64, 65, 119, 120, 128])("pads %i bytes rightly", (length) => {
    const bytes = new Uint8Array(length).fill(97);
    expect([...sha1(bytes)]).toEqual([...createHash("sha1").update(bytes).digest()]);
  });
});

describe("uuidV5()", () => {
  test.each([
    [
      "www.example.com",
      "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
      "2ed6657d-e927-568b-95e1-2665a8aea6a2",
    ],
    ["python.org", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "886313e1-3b8a-5372-9b90-0c9aee199e5d"],
  ])("of %s is the published value", (name, namespace, expected) => {
    expect(uuidV5(name, namespace)).toBe(expected);
  });
});

const images = (file: string) => createHash("sha256").update(file).digest("hex");
const options = { bundleId: "com.example.yoga", images };
const full: FlowText = {
  header: "Stay",
  body: "Please stay.",
  headerPosition: "ABOVE_IMAGE",
  image: { file: "a.png", alt: "A class" },
  bullets: [{ text: "One", image: { file: "b.png", alt: "B" } }],
};

describe("messageIdentifier()", () => {
  test("is a lowercase UUID of version 5 that never changes", () => {
    const text = { header: "Your classes are waiting", body: "Keep guided yoga and your streak." };
    expect(messageIdentifier(text, options)).toBe("734da0ce-133f-5a96-a62f-b4fcbdd86b89");
    expect(messageIdentifier(full, options)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test.each<[string, FlowText, Partial<typeof options>]>([
    ["the header", { ...full, header: "Stay!" }, {}],
    ["the body", { ...full, body: "Please." }, {}],
    ["the position", { ...full, headerPosition: "ABOVE_BODY" }, {}],
    ["the image", { ...full, image: { file: "c.png", alt: "A class" } }, {}],
    ["its alternative text", { ...full, image: { file: "a.png", alt: "A room" } }, {}],
    ["its revision", { ...full, image: { file: "a.png", alt: "A class", revision: 2 } }, {}],
    ["no image", { ...full, image: undefined }, {}],
    [
      "a bullet's text",
      { ...full, bullets: [{ text: "Two", image: { file: "b.png", alt: "B" } }] },
      {},
    ],
    [
      "a bullet's image",
      { ...full, bullets: [{ text: "One", image: { file: "a.png", alt: "B" } }] },
      {},
    ],
    ["no bullets", { ...full, bullets: undefined }, {}],
    ["the revision", { ...full, revision: 2 }, {}],
    ["the app", full, { bundleId: "com.example.run" }],
    ["the image's bytes", full, { images: (file: string) => images(`${file}2`) }],
  ])("changes with %s", (_what, text, change) => {
    const changed = messageIdentifier(text, { ...options, ...change });
    expect(changed).toBeDefined();
    expect(changed).not.toBe(messageIdentifier(full, options));
  });

  test("does not change with what goes without saying", () => {
    const plain = { header: "Stay", body: "Please." };
    const spelled = { ...plain, headerPosition: "ABOVE_BODY", revision: 1 } as const;
    expect(messageIdentifier(spelled, options)).toBe(messageIdentifier(plain, options));
  });

  test("is the id where there is one", () => {
    const id = "551ee7c0-c097-418e-9dd5-2a98533a7390";
    expect(messageIdentifier({ ...full, id }, { bundleId: "x" })).toBe(id);
    expect(messageIdentifier({ id }, options)).toBe(id);
  });

  test("is undefined while an image's hash is not known", () => {
    expect(messageIdentifier(full, { bundleId: "com.example.yoga" })).toBeUndefined();
    const onlyA = { ...options, images: (file: string) => (file === "a.png" ? "00" : undefined) };
    expect(messageIdentifier(full, onlyA)).toBeUndefined();
  });
});

describe("imageIdentifier()", () => {
  const image = { file: "a.png", alt: "A" };

  test("depends on bytes, size and revision, not on the name or the alternative text", () => {
    const own = imageIdentifier(image, "FULL_SIZE", options);
    const renamed = { bundleId: "com.example.yoga", images: () => images("a.png") };
    expect(imageIdentifier({ file: "z.png", alt: "Z" }, "FULL_SIZE", renamed)).toBe(own);
    expect(imageIdentifier(image, "BULLET_POINT", options)).not.toBe(own);
    expect(imageIdentifier({ ...image, revision: 2 }, "FULL_SIZE", options)).not.toBe(own);
  });

  test("is the id where there is one", () => {
    const id = "551ee7c0-c097-418e-9dd5-2a98533a7390";
    expect(imageIdentifier({ id, alt: "A" }, "FULL_SIZE", { bundleId: "x" })).toBe(id);
  });
});
