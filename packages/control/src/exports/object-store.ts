/** Where objects are kept, under keys. */
export interface ObjectStore {
  /**
   * Writes an object whole, in the place of what is there.
   *
   * @throws UpstreamError `EXPORT_REFUSED`, `EXPORT_UNREACHABLE`
   */
  put(object: StoredObject, signal: AbortSignal): Promise<void>;
  /**
   * Deletes an object; one that is not there is deleted.
   *
   * @throws UpstreamError `EXPORT_REFUSED`, `EXPORT_UNREACHABLE`
   */
  remove(key: string, signal: AbortSignal): Promise<void>;
}

/** An object to keep. */
interface StoredObject {
  readonly key: string;
  readonly body: Uint8Array;
  readonly contentType: string;
}
