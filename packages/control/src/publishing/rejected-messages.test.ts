import { parseFlow } from "@holdfast/flow/document";
import { imageIdentifier, messageIdentifier } from "@holdfast/flow/identifiers";
import { expect, test } from "vitest";
import { rejectedMessages } from "./rejected-messages.ts";
import type { LiveFlow } from "./rejected-messages.ts";

const SOURCE = `version: 1
app: com.example.yoga
messages:
  stay:
    defaultLocale: en-US
    locales:
      en-US: { header: Stay, body: Please., image: { file: stay.png, alt: A class } }
      de-DE: { header: Bleib, body: Bitte. }
rules: []
fallback: { message: stay }
`;

const options = { bundleId: "com.example.yoga", images: () => "ab".repeat(32) };

function liveFlow(): LiveFlow {
  const { document } = parseFlow(SOURCE);
  if (document === undefined) throw new Error("expected a document");
  return { document, environment: "sandbox", images: options.images };
}

test("rejectedMessages() names the messages of a rejected image too", () => {
  const live = liveFlow();
  const text = live.document.messages["stay"]?.locales["en-US"];
  const image = text?.image && imageIdentifier(text.image, "FULL_SIZE", options);
  const message = text && messageIdentifier(text, options);
  expect([image, message]).not.toContain(undefined);
  const messages = { one: "REJECTED", other: "APPROVED" } as const;
  const images = { [image ?? ""]: "REJECTED" } as const;
  expect(rejectedMessages({ messages, images }, live)).toEqual(["one", message]);
  expect(rejectedMessages({ messages, images: {} }, live)).toEqual(["one"]);
  expect(rejectedMessages({ messages, images }, undefined)).toEqual(["one"]);
});
