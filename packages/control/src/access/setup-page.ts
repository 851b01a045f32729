import { createHash } from "node:crypto";
import type { Page } from "../http/index.ts";

/** Shows the command with the whole address: the code behind `#` never leaves the browser. */
const SCRIPT = `document.getElementById("command").textContent = "holdfast setup '" + location.href + "'";`;

const STYLE = `:root { color-scheme: light dark } body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 4rem auto; padding: 0 1rem } pre { overflow-x: auto; padding: 1rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .5rem }`;

const HTML = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Set up Holdfast</title>
<style>${STYLE}</style>
<h1>Set up Holdfast</h1>
<p>This link makes the first admin, once, within an hour of the server's start. Run this on your machine:</p>
<pre><code id="command">holdfast setup '&lt;this page’s address&gt;'</code></pre>
<p>It asks for your e-mail address, your name and a password, and logs this machine in.
The API is described at <a href="/reference">/reference</a>.</p>
<script>${SCRIPT}</script>
</html>
`;

const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src '${hashOf(STYLE)}'; script-src '${hashOf(SCRIPT)}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** What a browser shows that follows the setup link. */
export const setupPage: Page = {
  path: "/setup",
  respond: () =>
    new Response(HTML, {
      headers: {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
      },
    }),
};

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
