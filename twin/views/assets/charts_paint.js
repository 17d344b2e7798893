// Dresses every chart of the page anew when the scheme changes; nothing is asked of the server.
// Arguments: colours (JSON of the light and the dark palette), drawn_dark (scheme of the charts).
const palettes = JSON.parse(colours);
const doc = Bokeh.documents[0];
const page = doc.roots().find((root) => root.data?.properties?.dark_theme != null);

const words = ["axis_label_text_color", "major_label_text_color"];
const strokes = ["axis_line_color", "major_tick_line_color"];
// Colours are the browser's own: nothing of it is sent back.
const set = (model, names, value) => model.setv(Object.fromEntries(names.map((n) => [n, value])), {sync: false});

function furniture(item, p) {
  const zone = /^zone([1-5])$/.exec(item.name ?? "");
  if (zone) set(item, ["fill_color"], p.zones[zone[1] - 1]);
  else if (["limit", "gate", "empty"].includes(item.name)) set(item, ["line_color"], p.alarm);
  else if (item.name === "today") set(item, ["line_color"], p.muted);
  else if (item.name === "zero") set(item, ["line_color"], p.line);
  else if (item.label_text_color != null && item.items) set(item, ["label_text_color"], p.text);
  else if (item.name === "north") set(item, ["text_color"], p.text);
  else if (item.name === "scale") set(item, ["bar_line_color", "label_text_color"], p.text);
  else if ("grid_line_color" in item && item.grid_line_color != null) set(item, ["grid_line_color"], p.line);
}

const expected = {fan: ["muted", "muted"], expect: ["text", "muted"]};
const strokes_of = {start: ["card", "text"], here: [null, "card"], pitch: [null, "muted"]};

// What a glyph is tagged with is its colour: a word of the palette, or zone1 to zone5; or "each", a
// colour a row. A mapper tagged "zones" has theirs as its palette.
function tagged({glyph, data_source}, before, p) {
  const mapper = glyph.line_color?.transform;
  if (mapper?.tags.includes("zones")) set(mapper, ["palette"], [p.stale, ...p.zones]);
  if (glyph.tags.includes("each")) {
    const [was, now] = [before, p].map(({stale, zones, text}) => [stale, ...zones, text]);
    const colour = Array.from(data_source.data.colour, (one) => now[was.indexOf(one)] ?? one);
    set(data_source, ["data"], {...data_source.data, colour});
  }
  for (const tag of glyph.tags) {
    const colour = tag.startsWith?.("zone") ? p.zones[tag.slice(4) - 1] : p[tag];
    if (!colour) continue;
    for (const name of ["fill_color", "line_color"]) if (glyph[name]?.value) set(glyph, [name], {value: colour});
  }
}

function glyph(renderer, before, p) {
  const {glyph, name} = renderer;
  tagged(renderer, before, p);
  if (name === "line" && glyph.line_color?.value) set(glyph, ["line_color"], {value: p.primary});
  const plan = /_(plan_[ab])$/.exec(name ?? "")?.[1];
  if (plan) {
    const colour = {value: plan === "plan_a" ? p.primary : p.zones[3]};
    if (glyph.fill_color) set(glyph, ["fill_color"], colour);
    if (glyph.line_color) set(glyph, ["line_color"], colour);
  }
  const own = expected[name];
  if (own) set(glyph, [glyph.fill_color ? "fill_color" : "line_color"], {value: p[own[glyph.fill_color ? 0 : 1]]});
  const pair = strokes_of[name];
  if (!pair) return;
  if (pair[0]) set(glyph, ["fill_color"], {value: p[pair[0]]});
  set(glyph, ["line_color"], {value: p[pair[1]]});
}

function dress(plot, before, p) {
  set(plot, ["background_fill_color", "border_fill_color"], p.card);
  set(plot, ["border_line_color"], null);
  if (plot.outline_line_color) set(plot, ["outline_line_color"], p.line);
  for (const axis of [...plot.below, ...plot.left, ...plot.right, ...plot.above]) {
    if (!("axis_line_color" in axis)) continue;
    set(axis, words, p.muted);
    set(axis, strokes, p.line);
  }
  for (const legend of plot.above) furniture(legend, p);
  for (const item of plot.center) furniture(item, p);
  for (const renderer of plot.renderers) if (renderer.glyph) glyph(renderer, before, p);
}

if (page) {
  const drawn = new WeakMap(); // by model: whether it is dressed for the dark
  const change = () => {
    const dark = page.data.dark_theme;
    for (const model of doc._all_models.values()) {
      const chart = model.renderers && model.center;
      const was = drawn.get(model) ?? drawn_dark;
      if (was === dark || !chart && !model.twin_paint) continue;
      drawn.set(model, dark);
      const [before, after] = [was, dark].map((scheme) => palettes[scheme ? "dark" : "light"]);
      if (chart) dress(model, before, after);
      model.twin_paint?.(before, after);
    }
  };
  page.data.properties.dark_theme.change.connect(change);
  let soon = 0;
  doc.on_change((event) => { // charts that come later are drawn for the same scheme as the first
    if (event.kind !== "ModelChanged" || page.data.dark_theme === drawn_dark || soon) return;
    soon = requestAnimationFrame(() => { soon = 0; change(); });
  });
  change(); // the browser may prefer the other scheme before the server knows
}
