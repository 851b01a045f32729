import type { FlowEnvironment } from "@holdfast/flow/evaluate";
import type { FlowMeans } from "../flows/flow-means.ts";
import type { AppPublisher } from "./publisher-key.ts";

/** What the functions of publishing work with. */
export interface PublishingMeans extends FlowMeans {
  /** Returns what signs for an app. */
  readonly publisherOf: (app: string) => Promise<AppPublisher>;
}

/** An app in an environment: what is live there is one. */
export interface PublicationPlace {
  readonly app: string;
  readonly environment: FlowEnvironment;
}

/** What changes of a publication or a stop list are announced under; the change's subject is the sequence. */
export const PUBLICATION_TOPIC = "publication";
export const STOP_LIST_TOPIC = "stopList";
