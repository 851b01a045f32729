import { didYouMean } from "../document/did-you-mean.ts";
import type { FlowPath } from "../document/flow-issue.ts";
import { messageUses } from "./message-uses.ts";
import type { Validation } from "./validation.ts";

/** Checks that names are unique and that messages named are there and used. */
export function checkNames(validation: Validation): void {
  const { document } = validation;
  checkUnique(
    validation,
    "rule",
    document.rules.map(({ name }, index) => [name, ["rules", index, "name"]]),
  );
  checkUnique(
    validation,
    "experiment",
    document.rules.flatMap(({ experiment }, index) =>
      experiment === undefined
        ? []
        : [[experiment.key, ["rules", index, "experiment", "key"]] as const],
    ),
  );
  for (const [index, { experiment }] of document.rules.entries()) {
    const path = ["rules", index, "experiment", "arms"];
    const arms = experiment?.arms ?? [];
    checkUnique(
      validation,
      "arm",
      arms.map(({ name }, arm) => [name, [...path, arm, "name"]]),
    );
  }
  checkMessageNames(validation);
  checkApp(validation);
}

type Named = readonly (readonly [name: string, path: FlowPath])[];

function checkUnique(validation: Validation, what: string, named: Named): void {
  const seen = new Set<string>();
  for (const [name, path] of named) {
    if (seen.has(name)) {
      const message = `there is another ${what} "${name}"; give each its own name`;
      validation.report({ code: "DUPLICATE_NAME", message, path });
    }
    seen.add(name);
  }
}

function checkMessageNames(validation: Validation): void {
  const uses = messageUses(validation);
  const known = new Set(validation.messages.map(({ name }) => name));
  for (const { message: name, by, path } of uses) {
    if (known.has(name)) continue;
    const message = `${by} names the message "${name}", which is not there${didYouMean(name, known)}`;
    validation.report({ code: "UNKNOWN_MESSAGE", message, path });
  }
  const used = new Set(uses.map(({ message }) => message));
  for (const { name, path } of validation.messages) {
    if (used.has(name)) continue;
    const message = `nothing uses the message "${name}"`;
    validation.report({ code: "UNUSED_MESSAGE", message, path, severity: "note", at: "key" });
  }
}

function checkApp(validation: Validation): void {
  const { document, catalog } = validation;
  if (catalog === undefined || catalog.bundleId === document.app) return;
  const message = `the flow is for ${document.app}, the catalog for ${catalog.bundleId}`;
  validation.report({ code: "APP_MISMATCH", message, path: ["app"] });
}
