import { createHash } from "node:crypto";
import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { findBrowser } from "../preview/find-browser.ts";
import { createFakeIo } from "../testing/fake-io.ts";
import type { FakeIo } from "../testing/fake-io.ts";
import { copyYoga, errorOf, run, runJson, writeFiles } from "../testing/run.ts";

interface Text {
  readonly header?: string;
  readonly body?: string;
  readonly id?: string;
  readonly headerPosition?: string;
  readonly image?: object;
  readonly bullets?: readonly object[];
}

/** A flow as JSON, which is YAML, so that any text can stand in it. */
function flowWith(locales: Readonly<Record<string, Text>>): string {
  return JSON.stringify({
    version: 1,
    app: "com.example.app",
    messages: { stay: { defaultLocale: "en-US", locales } },
    rules: [],
    fallback: { message: "stay" },
  });
}

async function previewOf(io: FakeIo, options = ""): Promise<string> {
  expect(await run(io, `preview ${options}`)).toBe(0);
  return readFile(join(io.cwd, "preview/index.html"), "utf8");
}

async function pageFor(locales: Readonly<Record<string, Text>>): Promise<string> {
  await using io = await createFakeIo();
  await writeFiles(io, { "flow.yaml": flowWith(locales) });
  return await previewOf(io);
}

/** Whether the headline is above the image. */
function isAbove(card: string): boolean {
  return card.indexOf("headline") < card.indexOf("picture picture-0");
}

/** The card of one text. */
function cardOf(page: string, anchor: string): string {
  const card = page.split(`<article id="${anchor}">`)[1]?.split("</article>")[0];
  if (card === undefined) throw new Error(`expected a card ${anchor}`);
  return card;
}

describe("holdfast preview", () => {
  test("shows every text of every message, and tells what it wrote", async () => {
    await using io = await createFakeIo();
    await copyYoga(io);
    const { code, json } = await runJson(io, "preview --out somewhere");
    expect(code).toBe(0);
    expect(json).toMatchObject({
      app: "com.example.yoga",
      environment: "production",
      html: join("somewhere", "index.html"),
      pictures: [],
      messages: 4,
      texts: 9,
    });
    const page = await readFile(join(io.cwd, "somewhere/index.html"), "utf8");
    expect(page.match(/<article id="[^"]+">/g)).toHaveLength(9);
    expect(cardOf(page, "go_annual.de-DE")).toContain("Spare mit dem Jahresplan");
    expect(page).toContain("An approximation");
    expect(page).toContain("offer Y3 of yoga.yearly, for yoga.monthly");
  });

  test("writes the same bytes for the same flow", async () => {
    await using io = await createFakeIo();
    await copyYoga(io);
    expect(await previewOf(io)).toBe(await previewOf(io));
  });

  test("embeds each picture once, and allows nothing but its own style sheet and pictures", async () => {
    await using io = await createFakeIo();
    await copyYoga(io);
    const page = await previewOf(io);
    expect(page.match(/data:image\/png;base64,/g)).toHaveLength(1);
    const style = page.split("<style>")[1]?.split("</style>")[0] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(page).toContain(
      `content="${`default-src 'none'; img-src data:; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`.replaceAll("'", "&#39;")}"`,
    );
    expect(page).not.toMatch(/ style=|https?:|url\((?!"data:)/);
  });

  test("puts the headline above or below the image as the text says", async () => {
    await using io = await createFakeIo();
    await copyYoga(io);
    const image = { file: "classes.png", alt: "A" };
    const locales = {
      "en-US": { header: "Headline", body: "B", image },
      ja: { header: "Headline", body: "B", image, headerPosition: "ABOVE_IMAGE" },
    };
    await writeFiles(io, { "flow.yaml": flowWith(locales) });
    const page = await previewOf(io);
    expect(isAbove(cardOf(page, "stay.en-US"))).toBe(false);
    expect(isAbove(cardOf(page, "stay.ja"))).toBe(true);
  });

  test.each([
    ["ar-SA", "rtl"],
    ["he", "rtl"],
    ["ur-PK", "rtl"],
    ["en-US", "ltr"],
  ])("writes %s %s", async (locale, direction) => {
    const page = await pageFor({
      "en-US": { header: "H", body: "B" },
      [locale]: { header: "H", body: "B" },
    });
    expect(cardOf(page, `stay.${locale}`)).toContain(`dir="${direction}" lang="${locale}"`);
  });

  test("marks a text that is too long, and exits 0: checking is flow validate's", async () => {
    const page = await pageFor({ "en-US": { header: "H".repeat(67), body: "B" } });
    const card = cardOf(page, "stay.en-US");
    expect(card).toContain("TEXT_TOO_LONG");
    expect(card).toContain(`<span class="tag bad">header 67/66</span>`);
    expect(page).toContain(`<a class="flawed" href="#stay.en-US">`);
  });

  test("marks what Apple has not approved", async () => {
    await using io = await createFakeIo();
    await copyYoga(io);
    await writeFiles(io, { "states.json": JSON.stringify({ messages: {}, images: {} }) });
    const page = await previewOf(io, "--environment sandbox --review-states states.json");
    expect(cardOf(page, "go_annual.de-DE")).toContain(`<span class="tag bad">not at Apple</span>`);
    expect(cardOf(page, "go_annual.de-DE")).toContain("TEXT_NOT_APPROVED");
  });

  test("says so where there is no text or no picture to show", async () => {
    const id = "551ee7c0-c097-418e-9dd5-2a98533a7390";
    await using io = await createFakeIo();
    const locales = {
      "en-US": { header: "H", body: "B", image: { file: "no.png", alt: "A" } },
      ja: { id },
      ko: { header: "H", body: "B", bullets: [{ text: "T", image: { id, alt: "A" } }] },
    };
    await writeFiles(io, { "flow.yaml": flowWith(locales), "no.png": "<svg onload=alert(1)>" });
    const page = await previewOf(io);
    expect(cardOf(page, "stay.en-US")).toContain("no picture to show: no.png");
    expect(cardOf(page, "stay.ja")).toContain("Uploaded elsewhere");
    expect(cardOf(page, "stay.ko")).toContain(`no picture to show: ${id}`);
    expect(page).not.toContain("data:image");
  });

  test("exits 2 with all issues when the text is no flow", async () => {
    await using io = await createFakeIo();
    await writeFiles(io, { "flow.yaml": "version: 2\n" });
    expect(await run(io, "preview --output json")).toBe(2);
    expect(errorOf(io)).toMatchObject({ code: "FLOW_INVALID" });
    expect(await readdir(io.cwd)).toEqual(["flow.yaml"]);
  });

  test("tells before anything is written that there is no browser for --png", async () => {
    await using io = await createFakeIo({ env: { HOLDFAST_CHROME: "nowhere" } });
    await copyYoga(io);
    expect(await run(io, "preview --png --output json")).toBe(2);
    expect(errorOf(io)).toMatchObject({ code: "BROWSER_MISSING" });
    expect(await readdir(io.cwd)).not.toContain("preview");
  });

  test("tells which browser failed, and keeps the HTML", async () => {
    await using io = await createFakeIo({ env: { HOLDFAST_CHROME: "/bin/false" } });
    await copyYoga(io);
    expect(await run(io, "preview --png --output json")).toBe(1);
    expect(errorOf(io)).toMatchObject({ code: "BROWSER_FAILED" });
    expect(await readdir(join(io.cwd, "preview"))).toEqual(["index.html"]);
  });
});

/** One text wherever a message can have one. */
function withText(text: string): Readonly<Record<string, Text>> {
  const picture = { file: "a.png", alt: text };
  const bullets = [{ text, image: picture }];
  return { "en-US": { header: text, body: text, image: picture, bullets } };
}

/** Every element and attribute a page is made of; a text that could add another would be markup. */
function markupOf(page: string): readonly string[] {
  const tags = page.match(/<[^>]*>/g) ?? [];
  const names = tags.map((tag) => tag.replaceAll(/"[^"]*"/g, '""').replaceAll(/\s+/g, " "));
  return [...new Set(names)].toSorted();
}

test("preview writes through no link that a repository has in the place of its directory", async () => {
  await using victim = await createFakeIo();
  await using io = await createFakeIo();
  await copyYoga(io);
  await symlink(victim.cwd, join(io.cwd, "preview"));
  expect(await run(io, "preview")).toBe(2);
  expect(io.err()).toContain("a link leads out of ");
  expect(await readdir(victim.cwd)).toEqual([]);
  expect(await run(io, "preview --out ./preview")).toBe(0);
});

describe("holdfast preview against hostile texts", () => {
  test.each([
    "<script>alert(1)</script>",
    `"><img src=x onerror=alert(1)>`,
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "<!--",
    "]]>",
    "\u202Etxt.exe",
    "javascript:alert(1)",
  ])("lets %j add no markup", async (text) => {
    const harmless = markupOf(await pageFor(withText("harmless")));
    expect(markupOf(await pageFor(withText(text)))).toEqual(harmless);
  });

  test("lets no text at all add markup", async () => {
    const harmless = new Set(markupOf(await pageFor(withText("harmless"))));
    const text = fc.string({ unit: "binary", minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(text, async (hostile) => {
        const added = markupOf(await pageFor(withText(hostile))).filter(
          (tag) => !harmless.has(tag),
        );
        expect(added).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test("lets a locale's name neither add markup nor leave the directory", async () => {
    const hostile = `../../"><script>`;
    const page = await pageFor({
      "en-US": { header: "H", body: "B" },
      [hostile]: { header: "H", body: "B" },
    });
    expect(page).not.toContain("<script>");
    expect(page).toContain("../../&quot;&gt;&lt;script&gt;");
  });
});

const browser = await findBrowser({ env: process.env, cwd: "." }).catch(() => undefined);

describe.skipIf(browser === undefined)("holdfast preview --png with the installed browser", () => {
  vi.setConfig({ testTimeout: 60_000 });

  test("draws each text, in a file of its own whatever names are like", async () => {
    await using io = await createFakeIo({ env: process.env });
    const text = { header: "Stay", body: "Please." };
    await writeFile(
      join(io.cwd, "flow.yaml"),
      flowWith({ "en-US": text, "../ja": text, ".._ja": text }),
    );
    const { code, json } = await runJson(io, "preview --png");
    expect(code).toBe(0);
    const names = ["stay.en-US.png", "stay.___ja.png", "stay.___ja-2.png"];
    expect(json["pictures"]).toEqual(names.map((name) => join("preview", name)));
    for (const name of names) {
      const png = await readFile(join(io.cwd, "preview", name));
      expect(png.subarray(1, 4).toString()).toBe("PNG");
      expect([png.readUInt32BE(16), png.readUInt32BE(20) > 1000]).toEqual([1712, true]);
    }
  });
});
