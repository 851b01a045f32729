import { compileFlow } from "@holdfast/flow/compile";
import { parseFlowValue } from "@holdfast/flow/document";
import type { Snapshot } from "@holdfast/flow/snapshot";
import type { BenchWorld } from "./world.ts";

/** What is asked for, and answered. */
type Asked = Pick<BenchWorld, "productId" | "offerIdentifier" | "messageIdentifier">;

/** Returns a flow of many rules over many products; the last one answers the product that is asked for. */
export function answeringSnapshot(
  app: string,
  rules: number,
  { productId, offerIdentifier, messageIdentifier }: Asked,
): Snapshot {
  const parsed = parseFlowValue({
    version: 1,
    app,
    messages: {
      plain: {
        defaultLocale: "en-US",
        locales: { "en-US": { id: "ed7f25fc-5741-46a3-8502-062e0fb8afd0" } },
      },
      offer: { defaultLocale: "en-US", locales: { "en-US": { id: messageIdentifier } } },
    },
    rules: [
      ...Array.from({ length: rules - 1 }, (_, index) => ({
        name: `rule_${index}`,
        when: { productId: `product.${index % 100}`, storefront: { in: ["USA", "GBR"] } },
        respond: { message: "plain" },
      })),
      {
        name: "offer",
        when: { productId },
        respond: {
          promotionalOffer: { message: "offer", offers: { [productId]: offerIdentifier } },
        },
      },
    ],
    fallback: { message: "plain" },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return compileFlow(parsed.document, { environment: "sandbox" });
}
