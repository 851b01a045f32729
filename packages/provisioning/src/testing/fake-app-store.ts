import { AppleApiError } from "@holdfast/appstore/http";
import type { AppleApiErrorFacts } from "@holdfast/appstore/http";
import { isApproved } from "@holdfast/appstore/retention-messaging";
import type { ReviewState } from "@holdfast/appstore/retention-messaging";
import type {
  ApiEnvironment,
  CallOptions,
  DefaultPlace,
  RetentionMessagingClient,
  UploadMessageRequestBody,
} from "@holdfast/appstore/retention-messaging/client";
import { placeKey } from "../desired/place-key.ts";

/** Called before and after the store does something; what it throws, the caller gets. */
export type Hook = (when: "before" | "after", operation: string) => void;

/** An App Store of one app in one environment, in memory, by Apple's documented rules. */
export interface FakeAppStore {
  readonly messages: Map<string, { state: ReviewState; body: UploadMessageRequestBody }>;
  readonly images: Map<string, { state: ReviewState; size: string; bytes: number }>;
  readonly defaults: Map<string, string>;
  realtimeUrl: string | undefined;
  /** Every request that arrived, in order, like `PUT message 551e…`. */
  readonly requests: string[];
  /** The next request of an operation fails with this. */
  readonly failures: Map<string, AppleApiError>;
  review(kind: "messages" | "images", identifier: string, state: ReviewState): void;
  client(hook?: Hook): RetentionMessagingClient;
}

/** Returns an error as the client throws it. */
export function appleError(
  code: AppleApiError["code"],
  errorCode?: number,
  retry: Partial<Pick<AppleApiErrorFacts, "retryable" | "retryAt">> = {},
): AppleApiError {
  const facts = { operation: "Some Operation", errorCode, effect: "none" } as const;
  const message = `Some Operation: ${code} ${errorCode ?? ""}`;
  return new AppleApiError(code, message, { ...facts, retryable: false, ...retry });
}

/** Makes an empty {@link FakeAppStore}. */
export function createFakeAppStore(
  environment: ApiEnvironment = "sandbox",
  bundleId = "com.example.yoga",
): FakeAppStore {
  const firstState = environment === "sandbox" ? "APPROVED" : "PENDING";
  const operations = {
    uploadImage(identifier: string, png: Uint8Array, size: string) {
      if (store.images.has(identifier)) refuse(4090000);
      store.images.set(identifier, { state: firstState, size, bytes: png.length });
    },
    deleteImage(identifier: string) {
      if (!store.images.has(identifier)) refuse(4040014);
      const users = [...store.messages.values()].map(({ body }) => imagesOf(body));
      if (users.some((images) => images.includes(identifier))) refuse(4030019);
      store.images.delete(identifier);
    },
    uploadMessage(identifier: string, body: UploadMessageRequestBody) {
      if (store.messages.has(identifier)) refuse(4090001);
      if (imagesOf(body).some((image) => !store.images.has(image))) refuse(4040014);
      store.messages.set(identifier, { state: firstState, body });
    },
    deleteMessage(identifier: string) {
      if (!store.messages.delete(identifier)) refuse(4040015);
    },
    configureDefault(place: DefaultPlace, identifier: string) {
      const message = store.messages.get(identifier) ?? refuse(4040015);
      if (!isApproved(message.state)) refuse(4030017);
      const images = imagesOf(message.body).map((image) => store.images.get(image)?.state ?? "");
      if (!images.every(isApproved)) refuse(4030018);
      store.defaults.set(placeKey(place), identifier);
    },
  };
  const store: FakeAppStore = {
    messages: new Map(),
    images: new Map(),
    defaults: new Map(),
    realtimeUrl: undefined,
    requests: [],
    failures: new Map(),
    review(kind, identifier, state) {
      const content = store[kind].get(identifier);
      if (content === undefined) throw new Error(`nothing to review: ${identifier}`);
      content.state = state;
    },
    client(hook = () => undefined) {
      const call = async <T>(what: string, options: CallOptions | undefined, act: () => T) => {
        if (options?.signal?.aborted === true) throw appleError("REQUEST_ABORTED");
        hook("before", what);
        store.requests.push(what);
        const failure = store.failures.get(what);
        if (failure !== undefined) {
          store.failures.delete(what);
          throw failure;
        }
        const result = act();
        hook("after", what);
        return result;
      };
      const uploaded = { confirmedBy: "answer" } as const;
      return {
        environment,
        bundleId,
        baseUrl: "https://api.storekit.example",
        uploadImage: (id, png, options) =>
          call(`PUT image ${id}`, options, () => {
            operations.uploadImage(id, png, options?.imageSize ?? "FULL_SIZE");
            return uploaded;
          }),
        deleteImage: (id, options) =>
          call(`DELETE image ${id}`, options, () => operations.deleteImage(id)),
        getImageList: (options) =>
          call("GET images", options, () => ({
            imageIdentifiers: Array.from(store.images, ([imageIdentifier, { state, size }]) => ({
              imageIdentifier,
              imageState: state,
              imageSize: size,
            })),
          })),
        uploadMessage: (id, body, options) =>
          call(`PUT message ${id}`, options, () => {
            operations.uploadMessage(id, body);
            return uploaded;
          }),
        deleteMessage: (id, options) =>
          call(`DELETE message ${id}`, options, () => operations.deleteMessage(id)),
        getMessageList: (options) =>
          call("GET messages", options, () => ({
            messageIdentifiers: Array.from(store.messages, ([messageIdentifier, { state }]) => ({
              messageIdentifier,
              messageState: state,
            })),
          })),
        configureDefaultMessage: (place, id, options) =>
          call(`PUT default ${place.productId} ${place.locale}`, options, () => {
            operations.configureDefault(place, id);
            return { messageIdentifier: id };
          }),
        getDefaultMessage: (place, options) =>
          call(`GET default ${place.productId} ${place.locale}`, options, () => ({
            messageIdentifier: store.defaults.get(placeKey(place)) ?? refuse(4040020),
          })),
        deleteDefaultMessage: (place, options) =>
          call(`DELETE default ${place.productId} ${place.locale}`, options, () => {
            store.defaults.delete(placeKey(place));
          }),
        configureRealtimeUrl: (realtimeURL, options) =>
          call("PUT url", options, () => {
            store.realtimeUrl = realtimeURL;
            return { realtimeURL };
          }),
        getRealtimeUrl: (options) =>
          call("GET url", options, () => ({ realtimeURL: store.realtimeUrl ?? refuse(4040021) })),
        deleteRealtimeUrl: (options) =>
          call("DELETE url", options, () => {
            store.realtimeUrl = undefined;
          }),
        initiatePerformanceTest: () => Promise.reject(new Error("not provisioning's")),
        getPerformanceTestResults: () => Promise.reject(new Error("not provisioning's")),
      };
    },
  };
  return store;
}

function imagesOf({ image, bulletPoints = [] }: UploadMessageRequestBody): readonly string[] {
  const parts = image === undefined ? bulletPoints : [image, ...bulletPoints];
  return parts.map(({ imageIdentifier }) => imageIdentifier);
}

function refuse(errorCode: number): never {
  throw appleError("APPLE_REFUSED", errorCode);
}
