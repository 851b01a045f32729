/** The reference page's style: light and dark as the reader's system has it, two columns where there is room. */
export const REFERENCE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f5f6f8; --line: #dfe2e7; --text: #1b1f26; --quiet: #5a6472;
  --link: #0b57c2; --get: #0b6b4f; --post: #0b57c2; --put: #8a5200; --patch: #6d3bb3; --delete: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171c; --raised: #1d2128; --line: #323843; --text: #e7eaef; --quiet: #a0a9b6;
    --link: #8ab8ff; --get: #5fd3a9; --post: #8ab8ff; --put: #f0b35c; --patch: #c7a6ff; --delete: #ff9a92;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif;
}
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 2px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
nav { max-height: 40vh; overflow-y: auto; padding: 1rem; border-bottom: 1px solid var(--line); background: var(--raised); }
nav ul { list-style: none; margin: 0 0 .75rem; padding: 0; }
nav li a { display: flex; gap: .5rem; padding: .15rem 0; color: inherit; text-decoration: none; }
nav li a:hover span:last-child { text-decoration: underline; }
nav .group { margin: .75rem 0 .25rem; font-weight: 600; }
nav .group a, nav .title a { color: inherit; text-decoration: none; }
nav .title { margin: 0 0 .5rem; font-size: 1.1rem; font-weight: 700; }
nav .method { flex: 0 0 3.6rem; }
main { padding: 1rem 1.25rem 4rem; max-width: 60rem; }
h1 { font-size: 1.8rem; margin: .5rem 0 1rem; }
h2 { font-size: 1.4rem; margin: 3rem 0 .5rem; padding-top: 1rem; border-top: 2px solid var(--line); }
h3 { font-size: 1.15rem; margin: 0 0 .35rem; }
h4 { font-size: .95rem; margin: 1.25rem 0 .35rem; }
p { margin: .4rem 0 .7rem; max-width: 46rem; }
article { margin: 1.75rem 0; padding: 1.25rem 0 0; border-top: 1px solid var(--line); }
.call { display: flex; flex-wrap: wrap; align-items: baseline; gap: .6rem; }
.call > code { overflow-wrap: anywhere; background: none; padding: 0; font-size: .95rem; }
.id, small { color: var(--quiet); }
small { font-size: .85em; }
.anchor { color: var(--quiet); text-decoration: none; font-weight: 400; }
.method { font: 700 .72rem/1.5rem ui-monospace, "SF Mono", Menlo, Consolas, monospace; letter-spacing: .02em; }
.get { color: var(--get); } .post { color: var(--post); } .put { color: var(--put); }
.patch { color: var(--patch); } .delete { color: var(--delete); }
code, pre { font: .87em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
code { background: var(--raised); padding: .05em .3em; border-radius: 4px; }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; overflow-x: auto; margin: .5rem 0; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .9rem .4rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 600; font-size: .85rem; }
td:nth-child(1) { min-width: 9rem; }
td:nth-child(1) code { background: none; padding: 0; overflow-wrap: anywhere; }
td:nth-child(2) { overflow-wrap: anywhere; min-width: 7rem; max-width: 16rem; }
td:nth-child(3) { min-width: 14rem; }
td p { margin: 0; }
tr:target td { background: var(--raised); }
details > summary { cursor: pointer; color: var(--link); margin: .5rem 0; }
.codes { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1rem; padding: 0; margin: .3rem 0; }
.codes li { color: var(--quiet); font-size: .9rem; }
@media (min-width: 60rem) {
  body { display: grid; grid-template-columns: 19rem minmax(0, 1fr); }
  nav { position: sticky; top: 0; height: 100vh; max-height: none; border-bottom: 0; border-right: 1px solid var(--line); }
  main { padding: 1.5rem 2.5rem 6rem; }
  td:nth-child(1) { min-width: 13rem; }
}
@media print { nav { display: none; } body { display: block; } }
`;
