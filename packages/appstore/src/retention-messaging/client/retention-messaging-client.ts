import type { ApiEnvironment } from "../../http/index.ts";
import type {
  PerformanceTestRequest,
  PerformanceTestResponse,
  PerformanceTestResultResponse,
} from "../performance-test.ts";
import type { ImageSize } from "../states.ts";
import type {
  DefaultConfigurationResponse,
  GetImageListResponse,
  GetMessageListResponse,
  RealtimeUrlResponse,
  UploadMessageRequestBody,
} from "./content.ts";

/** What every call takes. */
export interface CallOptions {
  /** Ends the call, its waiting for the pace and its retries; then `REQUEST_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

/** How an upload was found to have succeeded. */
export interface UploadOutcome {
  /**
   * `answer`: Apple said so. `list`: the answer was lost and Apple's list, or its refusal of the
   * same identifier when the upload was made once more, showed that it is there.
   */
  readonly confirmedBy: "answer" | "list";
}

/** A product and a locale: where a default message is. */
export interface DefaultPlace {
  readonly productId: string;
  /** An App Store locale, like `en-US`. */
  readonly locale: string;
}

/**
 * The fourteen operations of the Retention Messaging API, for one app in one environment.
 *
 * What comes back is what Apple sent, fields unknown to us included. Every method throws
 * `AppleApiError`. Identifiers, texts and images are sent as given: check them first.
 *
 * @see https://developer.apple.com/documentation/retentionmessaging
 */
export interface RetentionMessagingClient {
  /** Each has its own images, messages, defaults and URL. */
  readonly environment: ApiEnvironment;
  readonly bundleId: string;
  /** Like `https://api.storekit.apple.com`, without a slash at the end. */
  readonly baseUrl: string;

  /**
   * Uploads a PNG, as `FULL_SIZE` unless `imageSize` says otherwise. Not idempotent: an identifier in
   * use is refused with 4090000.
   */
  uploadImage(
    imageIdentifier: string,
    png: Uint8Array,
    options?: CallOptions & { readonly imageSize?: ImageSize },
  ): Promise<UploadOutcome>;
  /** Not idempotent at Apple: 4040014 for an unknown identifier. 4030019 while a message uses it. */
  deleteImage(imageIdentifier: string, options?: CallOptions): Promise<void>;
  getImageList(options?: CallOptions): Promise<GetImageListResponse>;
  /** Not idempotent: an identifier in use is refused with 4090001. Content cannot be changed later. */
  uploadMessage(
    messageIdentifier: string,
    message: UploadMessageRequestBody,
    options?: CallOptions,
  ): Promise<UploadOutcome>;
  /** Not idempotent at Apple: 4040015 for an unknown identifier. */
  deleteMessage(messageIdentifier: string, options?: CallOptions): Promise<void>;
  getMessageList(options?: CallOptions): Promise<GetMessageListResponse>;
  /** Overwrites. The message and its images must be APPROVED. */
  configureDefaultMessage(
    place: DefaultPlace,
    messageIdentifier: string,
    options?: CallOptions,
  ): Promise<DefaultConfigurationResponse>;
  /** 4040020 where there is none. */
  getDefaultMessage(
    place: DefaultPlace,
    options?: CallOptions,
  ): Promise<DefaultConfigurationResponse>;
  /** Idempotent: succeeds where there is none. */
  deleteDefaultMessage(place: DefaultPlace, options?: CallOptions): Promise<void>;
  /** Overwrites. In production 4030026 until a performance test has passed in the sandbox. */
  configureRealtimeUrl(realtimeURL: string, options?: CallOptions): Promise<RealtimeUrlResponse>;
  /** 4040021 where there is none. */
  getRealtimeUrl(options?: CallOptions): Promise<RealtimeUrlResponse>;
  deleteRealtimeUrl(options?: CallOptions): Promise<void>;
  /** Sandbox only. Repeated only where Apple cannot have started a test. */
  initiatePerformanceTest(
    request: PerformanceTestRequest,
    options?: CallOptions,
  ): Promise<PerformanceTestResponse>;
  /** Sandbox only. */
  getPerformanceTestResults(
    requestId: string,
    options?: CallOptions,
  ): Promise<PerformanceTestResultResponse>;
}
