/** What is used of the local object store, which has no types of its own. */
declare module "s3rver" {
  import type { RequestListener } from "node:http";

  export default class S3rver {
    constructor(options: {
      readonly directory: string;
      readonly silent: boolean;
      readonly configureBuckets: readonly {
        readonly name: string;
        readonly configs: readonly string[];
      }[];
    });
    /** Makes the buckets. */
    configureBuckets(): Promise<unknown>;
    getMiddleware(): RequestListener;
  }
}
