import type { FlowMessage, FlowText } from "@holdfast/flow/document";
import { stringify } from "yaml";
import { flowTextOf } from "./message-row.ts";
import type { MessageRow } from "./message-row.ts";

/** How messages of a flow are made of rows. */
export interface FlowMessagesOptions {
  /** The default locale of every message that has it; others have their first row's. */
  readonly defaultLocale?: string | undefined;
}

/** Returns rows as a flow's messages, in the order of the rows. */
export function flowMessagesOf(
  rows: readonly MessageRow[],
  { defaultLocale }: FlowMessagesOptions,
): Readonly<Record<string, FlowMessage>> {
  const messages = new Map<string, Record<string, FlowText>>();
  for (const row of rows) {
    const locales = messages.get(row.name) ?? {};
    locales[row.locale] = flowTextOf(row);
    messages.set(row.name, locales);
  }
  return Object.fromEntries(
    Array.from(messages, ([name, locales]) => {
      const [first = ""] = Object.keys(locales);
      const hasIt = defaultLocale !== undefined && Object.hasOwn(locales, defaultLocale);
      return [name, { defaultLocale: hasIt ? defaultLocale : first, locales }];
    }),
  );
}

/** Writes messages as a file that a flow names in `messageFiles`. */
export function writeFlowMessages(messages: Readonly<Record<string, FlowMessage>>): string {
  return stringify(messages, { lineWidth: 0 });
}
