import type { Orphan, PlanItem } from "./plan.ts";

/** Says which thing of a plan this is, in columns: the kind, then its name. */
export function describeItem(item: PlanItem): readonly [kind: string, name: string] {
  switch (item.kind) {
    case "image":
      return ["image", item.file ?? item.identifier];
    case "message":
      return [
        "message",
        item.names.map(({ message, locale }) => `${message} ${locale}`).join(", "),
      ];
    case "default":
      return ["default", `${item.productId} ${item.locale}: ${item.message}`];
    case "realtimeUrl":
      return ["url", item.url];
  }
}

/** As {@link describeItem}, for what nobody wants. */
export function describeOrphan(orphan: Orphan): readonly [kind: string, name: string] {
  if (orphan.kind === "default") return ["default", `${orphan.productId} ${orphan.locale}`];
  const { kind, identifier, name } = orphan;
  const once = name === undefined ? "" : ` (${name.message} ${name.locale})`;
  return [kind, `${identifier}${once}`];
}
