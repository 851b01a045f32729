import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UsageError } from "@holdfast/appstore/errors";
import type { MessageRow } from "./message-row.ts";
import { formatOf, readMessages } from "./read-messages.ts";
import type { MessageFormat } from "./read-messages.ts";
import type { XliffOptions } from "./xliff-messages.ts";

const OPTIONS: XliffOptions = { file: "f", prefix: "", locales: new Map(), includeSource: false };

function read(text: string, format: MessageFormat, options: Partial<XliffOptions> = {}) {
  return readMessages(text, format, { ...OPTIONS, ...options });
}

const OWN_ERROR = new UsageError("CSV_MALFORMED", "");

/** Returns what a function throws. */
function errorOf(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** What is there of a row. */
function brief({ line, name, locale, header, body }: MessageRow): readonly (string | number)[] {
  return [line, name, locale, header, body];
}

const XLIFF_1 = `<?xml version="1.0" encoding="UTF-8"?>
<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2">
  <file original="a.strings" source-language="en" target-language="de" datatype="plaintext">
    <header><tool tool-id="x"/></header>
    <body>
      <group>
        <trans-unit id="stay.header"><source>Stay &amp; relax</source><target state="translated">Bleib &amp; entspann dich</target></trans-unit>
      </group>
      <trans-unit id="4711" resname="stay.body">
        <source>Please.</source>
        <target>Bitte &#x2764; <![CDATA[<3 &amp;]]></target>
        <note>For everybody</note>
      </trans-unit>
      <trans-unit id="other.title"><source>Else</source><target>Anders</target></trans-unit>
    </body>
  </file>
</xliff>`;

const XLIFF_2 = `<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en-GB" trgLang="fr-FR">
  <file id="f1">
    <unit id="u1" name="stay.header"><segment><source>Stay</source><target>Restez</target></segment></unit>
    <group id="g"><unit id="stay.body">
      <segment state="final"><source>Please. </source><target>Merci. </target></segment>
      <ignorable><source/><target> </target></ignorable>
      <segment state="reviewed"><source>Now.</source><target>Vite.</target></segment>
    </unit></group>
  </file>
</xliff>`;

describe("readMessages() of XLIFF", () => {
  test("takes the translations of 1.2, in groups, by id or resname, other units left alone", () => {
    const { rows, issues, sourceLocale } = read(XLIFF_1, "xliff");
    expect(rows.map(brief)).toEqual([
      [7, "stay", "de-DE", "Bleib & entspann dich", "Bitte ❤ <3 &amp;"],
    ]);
    expect([issues, sourceLocale]).toEqual([[], "en-US"]);
  });

  test("takes the translations of 2.0, segments put together", () => {
    const { rows, sourceLocale } = read(XLIFF_2, "xliff");
    expect(rows.map(brief)).toEqual([[3, "stay", "fr-FR", "Restez", "Merci.  Vite."]]);
    expect(sourceLocale).toBe("en-GB");
  });

  test("takes what was translated from, too, where that is wanted", () => {
    const { rows } = read(XLIFF_2, "xliff", { includeSource: true });
    expect(rows.map(({ locale, body }) => [locale, body])).toEqual([
      ["en-GB", "Please. Now."],
      ["fr-FR", "Merci.  Vite."],
    ]);
  });

  test("takes what is to be translated where there is no translation", () => {
    const { rows } = read(XLIFF_1.replace(' target-language="de"', ""), "xliff");
    expect(rows.map(({ locale, header }) => [locale, header])).toEqual([["en-US", "Stay & relax"]]);
  });

  test.each([
    [
      "not finished in 1.2",
      XLIFF_1.replace('state="translated"', 'state="needs-translation"'),
      "needs-translation",
    ],
    ["not finished in 2.0", XLIFF_2.replace('state="final"', 'state="initial"'), "initial"],
    ["missing", XLIFF_1.replace(/<target>Bitte.*?<\/target>/s, ""), "no translation"],
    ["with a placeholder", XLIFF_1.replace("<3 &amp;]]>", ']]><x id="1"/>'), "placeholder"],
    ["with one of a format", XLIFF_1.replace("<3 &amp;", "%1$@"), "placeholder %1$@"],
  ])("leaves a text out that is %s, and says so", (_, text, reason) => {
    const { rows, issues } = read(text, "xliff");
    expect(rows).toEqual([]);
    expect(issues).toMatchObject([
      {
        code: "TEXT_NOT_USABLE",
        severity: "warning",
        message: expect.stringContaining(reason) as string,
      },
    ]);
  });

  test("takes what several translations were made from once", () => {
    const [head, file = "", tail] = XLIFF_1.split(/(<file[^]*<\/file>)/);
    const french = file.replace('target-language="de"', 'target-language="fr"');
    const { rows, issues } = read(`${head}${file}${french}${tail}`, "xliff", {
      includeSource: true,
    });
    expect(rows.map(({ locale }) => locale)).toEqual(["en-US", "de-DE", "fr-FR"]);
    expect(issues).toEqual([]);
  });

  test("refuses two texts for one key", () => {
    const text = XLIFF_1.replace("other.title", "stay.header");
    const { rows, issues } = read(text, "xliff");
    expect(issues).toMatchObject([{ code: "DUPLICATE_ROW", line: 14 }]);
    expect(rows).toEqual([]);
  });

  test.each([
    ["another document", "<html/>", "XLIFF_MALFORMED"],
    ["another version", '<xliff version="3.0"><file/></xliff>', "XLIFF_MALFORMED"],
    ["no file", '<xliff version="1.2"/>', "XLIFF_MALFORMED"],
    ["no language", '<xliff version="1.2"><file/></xliff>', "XLIFF_MALFORMED"],
    ["nothing", "", "XML_MALFORMED"],
    ["what is no XML", "{}", "XML_MALFORMED"],
    ["an open element", '<xliff version="1.2"><file></xliff>', "XML_MALFORMED"],
    ["an unknown entity", XLIFF_1.replace("&amp;", "&bomb;"), "XML_MALFORMED"],
    ["a bare ampersand", XLIFF_1.replace("&amp;", "& "), "XML_MALFORMED"],
    ["a character that is none", XLIFF_1.replace("&#x2764;", "&#x110000;"), "XML_MALFORMED"],
    [
      "a document type",
      XLIFF_1.replace("<xliff", '<!DOCTYPE x [<!ENTITY a "b">]><xliff'),
      "XML_MALFORMED",
    ],
    [
      "a file that reaches out",
      XLIFF_1.replace("<xliff", '<!doctype x SYSTEM "file:///etc/passwd"><xliff'),
      "XML_MALFORMED",
    ],
    ["elements nested without end", "<a>".repeat(5000) + "</a>".repeat(5000), "XML_MALFORMED"],
  ])("refuses %s", (_, text, code) => {
    expect(() => read(text, "xliff")).toThrow(expect.objectContaining({ code }) as Error);
  });

  test("refuses more tags than any app's texts have, before it parses them", () => {
    const text = `<xliff>${"<a/>".repeat(500_000)}</xliff>`;
    const error = expect.objectContaining({ code: "FILE_TOO_LARGE" }) as Error;
    expect(() => read(text, "xliff")).toThrow(error);
  });
});

const CATALOG = {
  sourceLanguage: "en",
  strings: {
    "stay.header": {
      localizations: {
        en: { stringUnit: { state: "translated", value: "Stay" } },
        "pt-BR": { stringUnit: { state: "translated", value: "Fique" } },
        "zh-Hans": { stringUnit: { state: "new", value: "" } },
      },
    },
    "stay.body": {
      localizations: {
        en: { stringUnit: { state: "translated", value: " Please. " } },
        "pt-BR": { stringUnit: { state: "translated", value: "Por favor." } },
        "zh-Hans": { stringUnit: { state: "needs_review", value: "请" } },
      },
    },
    "Cancel %@": { localizations: { en: { stringUnit: { state: "translated", value: "x" } } } },
    "go.header": { localizations: { en: { variations: { plural: {} } } } },
  },
  version: "1.0",
};

describe("readMessages() of a String Catalog", () => {
  test("takes what is translated, and says what is left out", () => {
    const { rows, issues, sourceLocale } = read(JSON.stringify(CATALOG, null, 2), "xcstrings");
    expect(rows.map(brief)).toEqual([
      [4, "stay", "en-US", "Stay", "Please."],
      [4, "stay", "pt-BR", "Fique", "Por favor."],
    ]);
    expect(sourceLocale).toBe("en-US");
    expect(issues.map(({ code, path }) => [code, path.join(" ")])).toEqual([
      ["TEXT_NOT_USABLE", "stay zh-Hans header"],
      ["TEXT_NOT_USABLE", "stay zh-Hans body"],
      ["TEXT_NOT_USABLE", "go en-US header"],
    ]);
  });

  test.each(["%@", "%lld", "%1$@"])("leaves a text with %s out, and says so", (placeholder) => {
    const text = JSON.stringify(CATALOG).replace("Fique", `Fique ${placeholder}`);
    const { rows, issues } = read(text, "xcstrings");
    expect(rows.map(({ locale }) => locale)).toEqual(["en-US"]);
    expect(issues).toContainEqual(
      expect.objectContaining({
        severity: "warning",
        path: ["stay", "pt-BR", "header"],
        message: expect.stringContaining(`the placeholder ${placeholder}`) as unknown,
      }),
    );
  });

  test("finds the line of a key among strings with quotes and breaks in them", () => {
    const strings = { 'say "a\\': {}, "x\ny": {}, ...CATALOG.strings };
    const { rows } = read(JSON.stringify({ ...CATALOG, strings }, null, 2), "xcstrings");
    expect(rows.map(({ line }) => line)).toEqual([6, 6]);
  });

  test("takes only keys with the prefix, and names locales as it is told", () => {
    const text = JSON.stringify(CATALOG).replaceAll('"stay.', '"retention.stay.');
    const locales = new Map([["en", "en-AU"]]);
    const { rows, sourceLocale } = read(text, "xcstrings", { prefix: "retention.", locales });
    expect(rows.map(({ name, locale }) => [name, locale])).toEqual([
      ["stay", "en-AU"],
      ["stay", "pt-BR"],
    ]);
    expect(sourceLocale).toBe("en-AU");
  });

  test.each([
    ["what is no JSON", "{", "JSON_MALFORMED"],
    ["no source language", '{"strings":{}}', "XCSTRINGS_MALFORMED"],
    ["no strings", '{"sourceLanguage":"en"}', "XCSTRINGS_MALFORMED"],
    ["a list", "[]", "XCSTRINGS_MALFORMED"],
  ])("refuses %s", (_, text, code) => {
    expect(() => read(text, "xcstrings")).toThrow(expect.objectContaining({ code }) as Error);
  });
});

test.each([
  ["a.csv", "csv"],
  ["a.tsv", "csv"],
  ["A.XLIFF", "xliff"],
  ["de.xlf", "xliff"],
  ["Localizable.xcstrings", "xcstrings"],
])("formatOf() knows %s", (file, format) => {
  expect(formatOf(file)).toBe(format);
});

test("formatOf() refuses a name that tells nothing", () => {
  expect(() => formatOf("-")).toThrow(expect.objectContaining({ code: "FORMAT_UNKNOWN" }) as Error);
});

test.each(["csv", "xliff", "xcstrings"] as const)(
  "readMessages() throws nothing but its own errors for any %s",
  (format) => {
    const seeds = format === "xliff" ? [XLIFF_1, XLIFF_2] : [JSON.stringify(CATALOG)];
    const spoiled = fc
      .tuple(fc.constantFrom(...seeds), fc.nat(), fc.nat({ max: 40 }), fc.string())
      .map(([text, at, length, put]) => {
        const from = at % text.length;
        return text.slice(0, from) + put + text.slice(from + length);
      });
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), spoiled), (text) => {
        expect(errorOf(() => read(text, format)) ?? OWN_ERROR).toBeInstanceOf(UsageError);
      }),
    );
  },
);
