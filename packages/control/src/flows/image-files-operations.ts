import { routes } from "@holdfast/api";
import { implement } from "../http/index.ts";
import type { Implementation } from "../http/index.ts";
import type { FlowsFeatureOptions } from "./flows-feature-options.ts";
import { requireApp } from "./flow-means.ts";
import { keepImage, readImage } from "./image-files.ts";

/** Returns the operations on image files. */
export function imageFilesOperations(options: FlowsFeatureOptions): readonly Implementation[] {
  const { queries } = options.database;
  return [
    implement(routes.keepImageFile, async ({ params: { app }, body }, { now, change }) => {
      await requireApp(options, app);
      const bytes = new Uint8Array(Buffer.from(body.png, "base64"));
      return change(async (transaction) => {
        const sha256 = await keepImage(transaction, { app, bytes, now });
        const summary = `kept an image file of ${bytes.length} bytes`;
        await transaction.audit({ target: sha256, summary });
        return { body: { sha256, sizeBytes: bytes.length } };
      });
    }),
    implement(routes.readImageFile, async ({ params: { app, imageFile } }) => {
      const bytes = await readImage(queries, app, imageFile);
      return { body: { png: Buffer.from(bytes).toString("base64") } };
    }),
  ];
}
