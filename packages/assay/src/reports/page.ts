import { createHash } from 'node:crypto';
import { Html, html, type Part } from './html.ts';
import { styles } from './styles.ts';

/**
 * A whole document: one file that loads nothing and runs no script but its own, in the light or dark of the reader's system.
 *
 * @param page.lead one or several sentences that say what was found.
 * @param page.scripts run one after another, once the body is there; no other script runs, and pictures stand in the page.
 */
export function page(page: {
  readonly title: string;
  readonly lead: readonly string[];
  readonly warnings?: readonly string[];
  readonly body: Part;
  readonly footer: Part;
  readonly scripts?: readonly string[];
}): string {
  const { title, lead, warnings = [], body, footer, scripts = [] } = page;
  const runs = scripts.length > 0 ? `; img-src data:; script-src ${scripts.map(sourceHash).join(' ')}` : '';
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'${new Html(runs)}">
<meta name="generator" content="Assay">
<title>${title}</title>
<style>${new Html(styles)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<ul class="lead">${lead.map((sentence) => html`<li>${sentence}</li>`)}</ul>
${warnings.map((warning) => html`<p class="warning">${warning}</p>`)}
</header>
<main>${body}</main>
<footer>${footer}</footer>
${scripts.map((script) => html`<script>${new Html(script)}</script>`)}
</body>
</html>
`.markup;
}

/** A part of a page under a heading, with a remark on how to read it. */
export function section(heading: string, note: Part, ...content: readonly Part[]): Html {
  return html`<section><h2>${heading}</h2><p class="note">${note}</p>${content}</section>`;
}

/** The few figures that stand at the top. */
export function facts(
  entries: readonly { readonly name: string; readonly value: string; readonly detail: string }[],
): Html {
  return html`<dl class="facts">${entries.map(
    ({ name, value, detail }) => html`<div><dt>${name}</dt><dd>${value}</dd><dd>${detail}</dd></div>`,
  )}</dl>`;
}

/** Lets a wide table scroll by itself, by keyboard too, instead of the page. */
export function scrolling(label: string, table: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${table}</div>`;
}

/** Names a script in the content security policy. */
function sourceHash(script: string): string {
  return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
}
