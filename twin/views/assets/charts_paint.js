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
  else if (item.name === "limit") set(item, ["line_color"], p.alarm);
  else if (item.name === "north") set(item, ["text_color"], p.text);
  else if (item.name === "scale") set(item, ["bar_line_color", "label_text_color"], p.text);
  else if ("grid_line_color" in item && item.grid_line_color != null) set(item, ["grid_line_color"], p.line);
}

const expected = {fan: ["muted", "muted"], expect: ["text", "muted"]};
const strokes_of = {start: ["card", "text"], here: [null, "card"], pitch: [null, "muted"]};

function glyph(renderer, p) {
  const {glyph, name} = renderer;
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

function dress(plot, p) {
  set(plot, ["background_fill_color", "border_fill_color"], p.card);
  for (const axis of [...plot.below, ...plot.left, ...plot.right, ...plot.above]) {
    if (!("axis_line_color" in axis)) continue;
    set(axis, words, p.muted);
    set(axis, strokes, p.line);
  }
  for (const item of plot.center) furniture(item, p);
  for (const renderer of plot.renderers) if (renderer.glyph) glyph(renderer, p);
}

if (page) {
  let dark = drawn_dark;
  const change = () => {
    if (page.data.dark_theme === dark) return;
    const before = palettes[dark ? "dark" : "light"];
    dark = page.data.dark_theme;
    const after = palettes[dark ? "dark" : "light"];
    for (const model of doc._all_models.values()) {
      if (model.renderers && model.center) dress(model, after);
      model.twin_paint?.(before, after);
    }
  };
  page.data.properties.dark_theme.change.connect(change);
  change(); // the browser may prefer the other scheme before the server knows
}
