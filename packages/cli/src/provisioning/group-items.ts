import { describeItem } from "@holdfast/provisioning";
import type { PlanItem } from "@holdfast/provisioning";

/** Items that are told of in one line: a default message for many locales is one. */
export interface ItemGroup {
  readonly item: PlanItem;
  readonly kind: string;
  readonly name: string;
}

/** Groups default messages that differ only in their locales. */
export function groupItems(items: readonly PlanItem[]): readonly ItemGroup[] {
  return [...Map.groupBy(items, groupKey).values()].flatMap((group) => {
    const [item] = group;
    if (item === undefined) return [];
    const [kind, name] = describeItem(item);
    return [{ item, kind, name: item.kind === "default" ? sayDefaults(item, group) : name }];
  });
}

function groupKey(item: PlanItem): unknown {
  if (item.kind !== "default") return item;
  const { productId, message, action, readiness } = item;
  return JSON.stringify([productId, message, action, readiness]);
}

/** How many locales a line names before it only counts them. */
const MAX_LOCALES = 8;

function sayDefaults(
  { productId, message }: PlanItem & { readonly kind: "default" },
  group: readonly PlanItem[],
): string {
  const locales = group.flatMap((item) => (item.kind === "default" ? [item.locale] : []));
  const more = locales.length - MAX_LOCALES;
  const named = locales.slice(0, MAX_LOCALES).join(", ") + (more > 0 ? ` and ${more} more` : "");
  return `${productId}: ${message} for ${named}`;
}
