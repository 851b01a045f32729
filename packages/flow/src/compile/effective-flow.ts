import type { FlowDefault, FlowDocument } from "../document/flow-schema.ts";
import type { FlowMessage } from "../document/message-schema.ts";
import type { FlowEnvironment } from "../evaluate/subject.ts";

/** A document with the overlay of one environment applied. */
export interface EffectiveFlow {
  readonly environment: FlowEnvironment;
  readonly document: FlowDocument;
  readonly messages: Readonly<Record<string, FlowMessage>>;
  readonly defaults: readonly FlowDefault[];
  /** With the environment in place of `${environment}`. */
  readonly realtimeUrl?: string;
}

/** What `realtimeUrl` may contain in place of the environment's name. */
export const ENVIRONMENT_PLACEHOLDER = "${environment}";

/**
 * Returns a document as one environment sees it: the overlay's URL and defaults replace the
 * document's, its messages those of the same name.
 */
export function effectiveFlow(document: FlowDocument, environment: FlowEnvironment): EffectiveFlow {
  const overlay = document.environments?.[environment];
  const url = overlay?.realtimeUrl ?? document.realtimeUrl;
  return {
    environment,
    document,
    messages: { ...document.messages, ...overlay?.messages },
    defaults: overlay?.defaults ?? document.defaults ?? [],
    ...(url === undefined
      ? {}
      : { realtimeUrl: url.replaceAll(ENVIRONMENT_PLACEHOLDER, environment) }),
  };
}
