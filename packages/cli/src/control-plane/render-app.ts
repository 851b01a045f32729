import { sayInstant } from "../instant.ts";
import { columns } from "../output.ts";
import { printable } from "../style.ts";
import { saySettings } from "./environment-settings.ts";
import type { AppBody } from "./environment-settings.ts";

/** Returns what people read of an app. */
export function renderApp(app: AppBody): readonly string[] {
  const { id, name, bundleId, appAppleId, environments, updatedAt } = app;
  return columns([
    ["app", id],
    ["name", printable(name)],
    ["bundle id", bundleId],
    ["Apple id", String(appAppleId)],
    ["sandbox", printable(saySettings(environments.sandbox))],
    ["production", printable(saySettings(environments.production))],
    ["changed", sayInstant(updatedAt)],
  ]);
}
