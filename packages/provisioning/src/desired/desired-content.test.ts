import { APP_STORE_LOCALES } from "@holdfast/appstore/retention-messaging";
import { expect, test } from "vitest";
import {
  BESIDE,
  desiredOf,
  filesNamed,
  PRODUCTS,
  readFlow,
  SMALL_FLOW,
} from "../testing/provisioning-fixtures.ts";
import { desiredContent } from "./desired-content.ts";

const HEAD = `version: 1
app: com.example.yoga
rules: []
fallback: { message: keep }
`;

test("desiredContent() gives images before the messages that show them, with all Apple needs", async () => {
  const desired = desiredOf(SMALL_FLOW);
  expect(desired.images.map(({ size, file }) => [size, file])).toEqual([
    ["FULL_SIZE", "classes.png"],
    ["BULLET_POINT", "mat.png"],
  ]);
  const [full, bullet] = desired.images;
  expect(desired.messages[0]).toMatchObject({
    names: [{ message: "keep", locale: "en-US" }],
    path: ["messages", "keep", "locales", "en-US"],
    images: [full?.identifier, bullet?.identifier],
    body: {
      header: "Your classes are waiting",
      body: "Keep your streak.",
      image: { imageIdentifier: full?.identifier, altText: "A class" },
      bulletPoints: [{ text: "A mat", imageIdentifier: bullet?.identifier, altText: "A mat" }],
    },
  });
  expect(new TextDecoder().decode(await full?.bytes?.())).toBe("classes.png");
  expect(desired.realtimeUrl).toBe("https://retention.example.com/apple/retention/yoga/sandbox");
});

test("desiredContent() has the same content once, with every name it has in the flow", () => {
  const { messages, images } = desiredOf(`${HEAD}messages:
  keep:
    defaultLocale: en-US
    locales:
      en-US: { header: Stay, body: Please., image: { file: classes.png, alt: A } }
      en-GB: { header: Stay, body: Please., image: { file: classes.png, alt: A } }
  again: { defaultLocale: en-US, locales: { en-US: { header: Stay, body: Please., image: { file: classes.png, alt: A } } } }
`);
  expect(images).toHaveLength(1);
  expect(messages).toHaveLength(1);
  expect(messages[0]?.names).toEqual([
    { message: "keep", locale: "en-US" },
    { message: "keep", locale: "en-GB" },
    { message: "again", locale: "en-US" },
  ]);
});

test("desiredContent() sees only what the environment's overlay leaves", () => {
  const text = `${HEAD}realtimeUrl: https://a.example.com/
messages:
  keep: { defaultLocale: en-US, locales: { en-US: { header: Stay, body: Please. } } }
defaults: [{ message: keep, products: all, locales: all }]
environments:
  sandbox:
    realtimeUrl: https://b.example.com/
    messages: { keep: { defaultLocale: en-US, locales: { en-US: { header: Try, body: This. } } } }
    defaults: [{ message: keep, products: [yoga.monthly], locales: [en-US] }]
`;
  const sandbox = desiredOf(text, "sandbox");
  const production = desiredOf(text, "production");
  expect(sandbox.messages.map(({ body }) => body?.header)).toEqual(["Try"]);
  expect(sandbox.messages[0]?.path[0]).toBe("environments");
  expect(sandbox.defaults).toHaveLength(1);
  expect(sandbox.realtimeUrl).toBe("https://b.example.com/");
  expect(production.messages.map(({ body }) => body?.header)).toEqual(["Stay"]);
  expect(production.defaults).toHaveLength(PRODUCTS.length * APP_STORE_LOCALES.length);
});

test("desiredContent() gives each locale of a default the text of the locale rule, later entries winning", () => {
  const { defaults, messages } = desiredOf(`${HEAD}messages:
  keep: { defaultLocale: en-US, locales: { en-US: { header: Stay, body: Please. }, de-DE: { header: Bleib, body: Bitte. } } }
  other: { defaultLocale: en-US, locales: { en-US: { header: Other, body: Text. } } }
defaults:
  - { message: keep, products: [yoga.monthly], locales: [en-US, de-DE, ja] }
  - { message: other, products: [yoga.monthly], locales: [ja] }
`);
  const headers = new Map(messages.map(({ identifier, body }) => [identifier, body?.header]));
  expect(
    defaults.map(({ locale, messageIdentifier }) => [locale, headers.get(messageIdentifier)]),
  ).toEqual([
    ["en-US", "Stay"],
    ["de-DE", "Bleib"],
    ["ja", "Other"],
  ]);
});

test("desiredContent() takes an adopted text or image as wanted and not to be uploaded", () => {
  const id = "551ee7c0-c097-418e-9dd5-2a98533a7390";
  const { messages, images } = desiredOf(`${HEAD}messages:
  keep:
    defaultLocale: en-US
    locales:
      en-US: { id: ${id} }
      de-DE: { header: Bleib, body: Bitte., image: { id: 661ee7c0-c097-418e-9dd5-2a98533a7390, alt: A } }
`);
  expect(messages[0]).toEqual({
    identifier: id,
    names: [{ message: "keep", locale: "en-US" }],
    path: ["messages", "keep", "locales", "en-US"],
    images: [],
  });
  expect(images[0]?.bytes).toBeUndefined();
  expect(messages[1]?.images).toEqual(["661ee7c0-c097-418e-9dd5-2a98533a7390"]);
});

test.each([
  ["CATALOG_MISSING", { ...BESIDE, products: undefined }, "products: all"],
  ["IMAGE_FILE_MISSING", { ...BESIDE, ...filesNamed("mat.png") }, "products: [yoga.monthly]"],
])("desiredContent() throws %s when that cannot be resolved", (code, beside, products) => {
  const text = SMALL_FLOW.replace("products: [yoga.monthly]", products);
  expect(() => desiredContent(readFlow(text), "sandbox", beside)).toThrow(
    expect.objectContaining({ code }),
  );
});
