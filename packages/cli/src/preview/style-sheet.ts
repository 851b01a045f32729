import type { EmbeddedPicture } from "./picture-book.ts";

/**
 * Returns the style sheet of a preview: one rule per picture, so that each is in the page once.
 * Nothing in it comes from a text of the flow.
 */
export function styleSheet(pictures: readonly EmbeddedPicture[]): string {
  const rules = pictures.map(
    ({ className, dataUri, width, height }) =>
      `.${className}{background-image:url("${dataUri}");aspect-ratio:${width}/${height}}`,
  );
  return [BASE, ...rules, ""].join("\n");
}

const BASE = `
:root { color-scheme: light dark; --ink: #1d1d1f; --soft: #6e6e73; --line: #d9d9de; --page: #f4f4f7; --panel: #fff; --link: #0b63ce }
@media (prefers-color-scheme: dark) { :root { --ink: #f2f2f5; --soft: #a0a0a8; --line: #3a3a3f; --page: #131316; --panel: #1d1d20; --link: #6cb0ff } }
* { box-sizing: border-box }
body { margin: 0; padding: 2rem clamp(1rem, 4vw, 3rem) 4rem; background: var(--page); color: var(--ink); font: 15px/1.45 -apple-system, BlinkMacSystemFont, "SF Pro Text", "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", sans-serif }
h1 { margin: 0; font-size: 1.6rem } h2 { margin: 0 0 .25rem; font-size: 1.25rem } h3 { margin: 0; font-size: 1rem }
p { margin: .35rem 0 } a { color: var(--link) } code { font: .85em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere }
.soft { color: var(--soft) }
.notice { max-width: 62rem; padding: .6rem .9rem; border-inline-start: 4px solid #f0a500; background: var(--panel); border-radius: 6px }
section { margin-top: 2.75rem; padding-top: 1.5rem; border-top: 1px solid var(--line) }
ul.uses { margin: .5rem 0 1.25rem; padding: 0; list-style: none } ul.uses li { margin: .25rem 0 }
.tag { display: inline-block; padding: .05rem .5rem; border-radius: 999px; background: #e3e3e8; color: #1d1d1f; font-size: .8rem; font-weight: 600; white-space: nowrap }
.tag.offer { background: #d9f2df; color: #0d4d22 } .tag.switch { background: #dce9ff; color: #0b3a80 } .tag.default { background: #f0e3ff; color: #4b1d80 }
.tag.good { background: #d9f2df; color: #0d4d22 } .tag.wait { background: #fff0cc; color: #6b4700 } .tag.bad { background: #ffdcd9; color: #7d120a }
.contact { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .75rem; margin: 1rem 0 0; padding: 0; list-style: none }
.contact a { display: flex; flex-direction: column; height: 100%; border: 1px solid var(--line); border-radius: 10px; overflow: hidden; background: var(--panel); color: inherit; text-decoration: none }
.contact a:focus-visible, .contact a:hover { outline: 2px solid var(--link) }
.contact .picture { width: 100% } .contact .mini { padding: .55rem .7rem .7rem; font-size: .78rem; line-height: 1.35 }
.contact strong { display: block; margin-bottom: .15rem; font-size: .85rem } .contact .where { display: flex; justify-content: space-between; gap: .5rem; padding: .35rem .7rem; border-bottom: 1px solid var(--line); font-size: .75rem; color: var(--soft) }
.contact .flawed { border-color: #d93025; box-shadow: inset 0 0 0 1px #d93025 }
article { margin: 0 0 2.25rem; scroll-margin-top: 1rem } article > header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .35rem .75rem; margin-bottom: .75rem }
.issues { margin: 0 0 .75rem; padding: 0; list-style: none; max-width: 62rem } .issues li { padding: .3rem .7rem; margin: .2rem 0; border-inline-start: 4px solid #f0a500; background: var(--panel); border-radius: 4px } .issues li.error { border-color: #d93025 }
.phones { display: flex; flex-wrap: wrap; gap: 1.5rem }
.phone { display: flex; flex-direction: column; width: 390px; max-width: 100%; min-height: 560px; border: 1px solid var(--line); border-radius: 34px; overflow: hidden; background: var(--sheet); color: var(--label); font-size: 17px; line-height: 1.35 }
.phone.light { --sheet: #fff; --label: #000; --second: #5f5f64; --fill: #f2f2f7; --dash: #c5c5ca }
.phone.dark { --sheet: #1c1c1e; --label: #fff; --second: #aeaeb2; --fill: #2c2c2e; --dash: #55555a }
.grip { flex: none; width: 36px; height: 5px; margin: 8px auto 10px; border-radius: 3px; background: var(--dash) }
.phone .content { flex: 1; display: flex; flex-direction: column; gap: 16px; padding-bottom: 20px }
.phone .text { padding: 0 24px; display: flex; flex-direction: column; gap: 8px }
.phone .headline { margin: 0; font-size: 26px; line-height: 1.2; font-weight: 700; text-align: center; overflow-wrap: anywhere; white-space: pre-line }
.phone .words { margin: 0; color: var(--second); text-align: center; overflow-wrap: anywhere; white-space: pre-line }
.picture { display: block; background: var(--fill, #e3e3e8) center / cover no-repeat }
.phone .picture { width: 100% }
.phone .missing, .contact .missing { display: flex; align-items: center; justify-content: center; min-height: 110px; padding: 12px; text-align: center; font-size: 13px; color: var(--second, var(--soft)); background: var(--fill, #e3e3e8); overflow-wrap: anywhere }
.contact .missing { min-height: 48px; font-size: .72rem }
.bullets { margin: 0; padding: 0 24px; list-style: none; display: flex; flex-direction: column; gap: 14px } .bullets li { display: flex; align-items: center; gap: 14px; overflow-wrap: anywhere }
.phone .bullets .picture { flex: none; width: 44px; height: 44px; aspect-ratio: 1; border-radius: 10px } .phone .bullets .missing { min-height: 0; padding: 0; font-size: 0 } .phone .bullets .missing::after { content: "?"; font-size: 20px }
.lower { padding: 16px 24px 26px; border-top: 1px dashed var(--dash); display: flex; flex-direction: column; gap: 10px } .lower .ours { margin: 0; font-size: 11px; text-align: center; color: var(--second) }
.lower .plan { padding: 12px; border: 1px dashed var(--dash); border-radius: 12px; font-size: 14px; text-align: center; color: var(--second); overflow-wrap: anywhere }
.lower .button { padding: 13px; border-radius: 14px; background: var(--fill); text-align: center; font-weight: 600 } .lower .button.quiet { background: none; padding: 6px; font-weight: 400 }
.unread { color: var(--second); font-style: italic }
footer { margin-top: 3rem; color: var(--soft); font-size: .85rem }
.shot { display: flex; flex-direction: column; height: 100vh; padding: 24px } .shot article { flex: 1; display: flex; flex-direction: column; margin: 0 } .shot .phones { flex: 1; flex-wrap: nowrap } .shot .phone { min-height: 0 }
@media print { body { background: none } article { break-inside: avoid } }
`.trim();
