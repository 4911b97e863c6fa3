import { dark, light, meaningNames, type Palette, radius, space, type } from './tokens.ts';

function variables(palette: Palette): string {
  const { page, surface, sunken, line, strong, ink, muted } = palette;
  const grounds = Object.entries({ page, surface, sunken, line, strong, ink, muted });
  const meanings = meaningNames.flatMap((name) => {
    const { text, fill, wash } = palette.meanings[name];
    return [
      [`${name}-text`, text],
      [`${name}-fill`, fill],
      [`${name}-wash`, wash],
    ];
  });
  return [...grounds, ...meanings].map(([name, color]) => `--${name}:${color}`).join(';');
}

/** The style sheet of every report. */
export const styles = `
:root{color-scheme:light dark;--darkest:50%;${variables(light)}}
@media (prefers-color-scheme:dark){:root{--darkest:34%;${variables(dark)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:${type.body}px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;-webkit-text-size-adjust:100%}
main,header,footer{max-width:960px;margin:0 auto;padding:0 ${space[5]}px}
header{padding-top:${space[6]}px}
footer{padding-top:${space[5]}px;padding-bottom:${space[7]}px;color:var(--muted);font-size:${type.small}px}
h1,h2,h3,p,dl,dd,ul,figure{margin:0}
h1{font-size:${type.title}px;font-weight:650;line-height:1.25;letter-spacing:-.01em}
h2{font-size:${type.lead}px;font-weight:650;line-height:1.3}
h3{font-size:${type.body}px;font-weight:650}
section{margin-top:${space[6]}px}
section>h2{margin-bottom:${space[1]}px}
.note{color:var(--muted);max-width:68ch}
.note+*{margin-top:${space[3]}px}
.lead{margin-top:${space[2]}px;font-size:${type.lead}px;max-width:68ch}
.lead li+li{margin-top:${space[1]}px}
ul.lead{padding-left:${space[4]}px}
.warning{margin-top:${space[3]}px;padding:${space[2]}px ${space[3]}px;border-left:3px solid var(--running-fill);background:var(--running-wash);max-width:68ch}
.panel{background:var(--surface);border:1px solid var(--line);border-radius:${radius.medium}px;padding:${space[4]}px}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,var(--panel,288px)),1fr));gap:${space[4]}px}
.panels .panel{padding:${space[3]}px}
.panels .panel>h3{margin-bottom:${space[2]}px}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:${space[4]}px;margin-top:${space[5]}px}
.facts dt{color:var(--muted);font-size:${type.small}px}
.facts dd{font-size:${type.figure}px;line-height:1.2;font-variant-numeric:tabular-nums}
.facts dd+dd{font-size:${type.small}px;line-height:1.4;color:var(--muted)}
.scroll{overflow-x:auto}
.scroll:focus-visible,a:focus-visible{outline:2px solid var(--ink);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th{font-weight:400;color:var(--muted);text-align:left}
thead th{font-size:${type.small}px;vertical-align:bottom;padding-bottom:${space[1]}px}
th[scope=row]{color:var(--ink)}
td,th{padding:${space[1]}px ${space[2]}px}
td:first-child,th:first-child{padding-left:0}
td:last-child,th:last-child{padding-right:0}
tr.group th{padding-top:${space[3]}px;color:var(--ink)}
tr.group:first-child th{padding-top:${space[1]}px}
.rows tbody tr.group+tr>*{border-top:0}
.number{text-align:right;white-space:nowrap}
small{font-size:${type.small}px;color:var(--muted)}
.name{white-space:nowrap}
.rows tbody tr+tr>*{border-top:1px solid var(--line)}
.emphasis th[scope=row],.emphasis td{font-weight:650}
.emphasis small{font-weight:400}
svg{display:block}
td.wide{width:55%}
.track{width:100%;height:22px;min-width:120px;overflow:visible}
.track .grid{stroke:var(--line)}
.track .zero{stroke:var(--strong)}
.track .whisker{stroke:var(--strong);stroke-width:2}
.track .dot{fill:var(--ink)}
.track .hollow{fill:var(--surface);stroke:var(--strong);stroke-width:2}
.axis{position:relative;height:16px;font-size:${type.small}px;color:var(--muted)}
.axis span{position:absolute;white-space:nowrap;transform:translateX(-50%)}
.axis span:first-child{transform:none}
.axis span:last-child{transform:translateX(-100%)}
.bar{display:flex;height:18px;min-width:120px;border-radius:${radius.small}px;overflow:hidden;gap:1px;background:var(--surface)}
.bar i{display:block}
.cells td,.cells thead th{text-align:center}
.cells{width:auto;border-collapse:separate;border-spacing:2px}
.cells td{min-width:54px;height:44px;padding:2px ${space[1]}px;border-radius:${radius.small}px;line-height:1.2}
.cells td{background:color-mix(in srgb,var(--ink) calc(var(--shade,0)*var(--darkest)),var(--surface))}
.cells td small{display:block;color:inherit}
.cells thead th:first-child{text-align:left;padding-right:${space[2]}px}
.cells td.same{outline:2px solid var(--strong);outline-offset:-2px}
.cells thead th{padding-left:2px;padding-right:2px}
.cells th[scope=row]{padding-left:0;padding-right:${space[2]}px}
.chip{display:inline-flex;align-items:center;gap:5px;white-space:nowrap;border-radius:${radius.small}px;padding:0 6px}
.chip svg{width:8px;height:8px;fill:currentColor}
${meaningNames
  .map(
    (name) =>
      `[data-meaning=${name}]{--fill:var(--${name}-fill)}.chip[data-meaning=${name}]{color:var(--${name}-text);background:var(--${name}-wash)}`,
  )
  .join('')}
.chip:not([data-meaning]){background:var(--sunken)}
.legend{display:flex;flex-wrap:wrap;gap:${space[1]}px ${space[3]}px;color:var(--muted);font-size:${type.small}px;margin-bottom:${space[2]}px}
.legend span{display:inline-flex;align-items:center;gap:6px}
.legend i{width:12px;height:12px;border-radius:${radius.small}px}
.texts{list-style:none;padding:0}
.texts>li{padding:${space[4]}px 0;border-top:1px solid var(--line)}
.texts>li:first-child{border-top:0;padding-top:0}
.texts>li:last-child{padding-bottom:0}
.texts p{max-width:76ch;overflow-wrap:anywhere}
.texts .labels{display:flex;flex-wrap:wrap;gap:${space[1]}px ${space[4]}px;margin-top:${space[2]}px;font-size:${type.small}px}
.texts .labels>span{display:inline-flex;gap:6px;align-items:baseline;color:var(--muted)}
.texts .id{font-size:${type.small}px;color:var(--muted);overflow-wrap:anywhere}
mark{color:inherit;border-radius:2px;padding:1px 0;background:none}
mark[data-against]{border-bottom:2px dashed var(--strong)}
.curve{width:100%;height:180px;overflow:visible}
.curve path{fill:none;stroke-width:2;vector-effect:non-scaling-stroke}
.curve .grid{stroke:var(--line);vector-effect:non-scaling-stroke}
.curve .first{stroke:var(--ink)}
.curve .second{stroke:var(--strong);stroke-dasharray:5 4}
.curve .best{stroke:var(--strong);vector-effect:non-scaling-stroke;stroke-dasharray:1 3}
.plot{display:grid;grid-template-columns:auto 1fr;gap:0 ${space[2]}px;font-size:${type.small}px;color:var(--muted);font-variant-numeric:tabular-nums}
.plot .values{display:flex;flex-direction:column;justify-content:space-between;text-align:right;margin:-9px 0}
.plot .axis{grid-column:2}
@media (max-width:560px){
main,header,footer{padding-left:${space[4]}px;padding-right:${space[4]}px}
.panel{padding:${space[3]}px}
.name{white-space:normal}
.scroll td.number{white-space:normal}
.scroll td.number small{display:block;white-space:nowrap}
.rows td,.rows th{padding-left:${space[1]}px;padding-right:${space[1]}px}
.rows .chip{padding:0 4px}
.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stack,.stack tbody{display:block}
.stack tr{display:grid;grid-template-columns:1fr auto;padding:${space[2]}px 0}
.stack tbody tr+tr{border-top:1px solid var(--line)}
.stack tbody tr+tr>*{border-top:0}
.stack th,.stack td{padding:0}
.stack td.wide{width:auto;grid-column:1/-1;grid-row:2}
.stack .axis-row th,.stack .axis-row .number{display:none}
}
details{margin-top:${space[4]}px}
summary{cursor:pointer;color:var(--muted)}
summary:hover{color:var(--ink)}
details>ul{margin-top:${space[4]}px}
@media print{body{background:none}.panel{break-inside:avoid}}
`;
