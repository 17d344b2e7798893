// Turns wire rows into charts, large numbers and zone bars. Runs in the browser, so that the
// server sends one short message per update. Nothing done here is sent back.
// Arguments: wire, shown, here, start, fan, expect (sources), values, zones, twin (Div), reset.
const S = wire.twin_state ??= JSON.parse(wire.tags[0]);
const at = S.at ??= Object.fromEntries(S.order.map((name, index) => [name, index]));
const colour = (zone) => (zone >= 1 ? S.zone_colours[zone - 1] : S.blank_colour);
const lines = ["heart_rate", "speed", "power", "cadence", "altitude", "x", "y"];
const columns = [...lines, "time", "time0", "heart_rate0", "x0", "y0", "colour"];

const fresh = () => Object.fromEntries(columns.map((name) => [name, []]));

function begin() {
  S.last = -Infinity;
  S.clock = -Infinity;
  S.value = {};
  S.previous = {};
  S.blank = true;
  S.newest = null;
  S.ahead = [];
  S.looked = null;
  S.expectation = null;
  expect.data = {time: [], rate: [], low: [], high: []};
  S.queue = [];
}

// What one channel of one row draws: speed is drawn as pace on foot, in km/h elsewhere.
function drawn(name, raw) {
  if (raw == null) return NaN;
  if (name !== "speed") return raw;
  if (!S.on_foot) return raw * 3.6;
  return raw > 1000 / S.slowest_pace_s ? 1000 / raw / 60 : NaN;
}

// A short run of missing values between two readings is bridged by the line that joins them.
function bridge(add, name, from, to) {
  const column = add[name];
  if (from < 0) return;
  for (let i = from + 1; i < to; i++) {
    // The mark of a silence may lie ahead of a reading that came late.
    if (add.time[i] <= add.time[from] || add.time[i] >= add.time[to]) continue;
    const share = (add.time[i] - add.time[from]) / (add.time[to] - add.time[from]);
    column[i] = column[from] + share * (column[to] - column[from]);
  }
}

function pause(add, time) {
  for (const name of columns) add[name].push(NaN);
  add.time[add.time.length - 1] = time;
  add.colour[add.colour.length - 1] = S.blank_colour;
}

function place(add, row, joined) {
  const time = S.base_ms + row[at.time] * 1000;
  const index = add.time.push(time) - 1;
  add.colour.push(colour(row[at.zone]));
  for (const name of lines) {
    const value = drawn(name, row[at[name]]);
    add[name].push(value);
    const was = S.previous[name];
    const near = joined && was && time - was.time <= S.gap_ms;
    if (name === "heart_rate") {
      add.time0.push(near ? was.time : NaN);
      add.heart_rate0.push(near ? was.value : NaN);
    } else if (name === "x" || name === "y") {
      add[`${name}0`].push(near ? was.value : NaN);
    } else if (!Number.isNaN(value) && near && was.index != null) {
      bridge(add, name, was.index, index);
    }
    if (!Number.isNaN(value)) S.previous[name] = {time, value, index};
  }
}

function draw(rows) {
  const add = fresh();
  for (const name of lines) if (S.previous[name]) S.previous[name].index = null;
  for (const row of rows) {
    const silent = row[at.elapsed] == null && lines.every((name) => row[at[name]] == null);
    const step = (row[at.time] - S.last) * 1000;
    if (silent && step <= S.gap_ms) continue;
    const joined = step <= S.gap_ms;
    if (!joined && S.last > -Infinity) pause(add, S.base_ms + row[at.time] * 1000 - 1);
    if (!silent) place(add, row, joined);
    if (!silent) S.last = row[at.time];
  }
  if (!add.time.length) return;
  if (S.blank) shown.data = add;
  else shown.stream(add, S.rollover, {sync: false});
  S.blank = false;
  mark();
}

// The twin's forecast, from the newest heart rate on; nothing where it cannot know. It looks ahead
// anew every few seconds, and only then is anything drawn.
function look_ahead(row) {
  const told = told_now() ?? {};
  const numbers = S.fan_s.map((s) => [row[at[`ahead_${s}`]], row[at[`band_${s}`]],
    told[`band50_${s}`], told[`band95_${s}`]]);
  if (`${numbers}` === `${S.looked}`) return;
  S.looked = numbers;
  const held = S.value.heart_rate, known = held && numbers[0][0] != null;
  S.ahead = !known ? [] : numbers.map(([rate, band, inner, outer], i) => (
    {ahead_s: S.fan_s[i], rate, band, inner: inner ?? 0, outer: outer ?? band}));
  S.fan = known ? [{ahead_s: 0, rate: held.value, band: 0, inner: 0, outer: 0, held}, ...S.ahead] : [];
}

function draw_fan(points) {
  const since = points[0]?.held.time;
  fan.data = {
    time: points.map((p) => S.base_ms + (since + p.ahead_s) * 1000),
    low95: points.map((p) => p.rate - p.outer), high95: points.map((p) => p.rate + p.outer),
    low80: points.map((p) => p.rate - p.band), high80: points.map((p) => p.rate + p.band),
    low50: points.map((p) => p.rate - p.inner), high50: points.map((p) => p.rate + p.inner),
    expected: points.map((p) => p.rate),
  };
}

// Numbers are shown at once, charts when the browser has painted them: drawing takes longer.
function draw_soon(rows) {
  S.queue = [...(S.queue ?? []), ...rows].slice(-S.rollover);
  if (S.drawing) return;
  S.drawing = true;
  requestAnimationFrame(() => setTimeout(() => {
    const due = S.queue;
    S.drawing = false;
    S.queue = [];
    draw(due);
    draw_expected(due);
    if (S.fan) draw_fan(S.fan);
    S.fan = null;
  }));
}

function mark() {
  const {x, y} = S.previous;
  if (!x) return;
  here.data = {x: [x.value], y: [y.value], colour: [colour(S.value.zone?.value)]};
  if (!start.data.x.length) start.data = {x: [0], y: [0]};
}

function remember(rows) {
  for (const row of rows) {
    S.clock = row[at.time] + (row[at.lag_s] ?? 0);
    for (const name of S.order) {
      const value = row[at[name]];
      if (value != null) S.value[name] = {value, time: row[at.time]};
    }
    const zone = row[at.zone];
    if (zone >= 1 && row[at.zone_s] != null) S.zone_seconds[zone - 1] = row[at.zone_s];
  }
}

// ---- words and numbers

const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const two = (number) => String(number).padStart(2, "0");

function clock_time(seconds) {
  const all = Math.round(seconds), hours = Math.floor(all / 3600);
  const minutes = Math.floor(all / 60) % 60, rest = two(all % 60);
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

const pace = (speed) => (speed < 0.5 ? "–" : clock_time(1000 / speed));

const tiles = [
  {name: "speed", label: S.on_foot ? "Pace" : "Speed", unit: S.on_foot ? "min/km" : "km/h",
   show: (v) => (S.on_foot ? pace(v) : (v * 3.6).toFixed(1))},
  {name: "power", label: "Power", unit: "W", show: (v) => v.toFixed(0)},
  {name: "cadence", label: "Cadence", unit: "1/min", show: (v) => v.toFixed(0)},
  {name: "distance", label: "Distance", unit: "km", total: true,
   show: (v) => (v / 1000).toFixed(v < 100000 ? 2 : 1)},
  {name: "elapsed", label: "Elapsed", unit: "", total: true, show: clock_time},
  {name: "load", label: "Load", unit: "au (Banister)", total: true, show: (v) => v.toFixed(0)},
  {name: "altitude", label: "Altitude", unit: "m", show: (v) => v.toFixed(0)},
];

const age_of = (held) => Math.max(0, Math.round(S.clock + S.silent_s - held.time));
const in_words = (age) => (age < 120 ? `${age} s ago` : `${Math.floor(age / 60)} min ago`);

function tile({name, label, unit, show, total}) {
  const held = S.value[name];
  if (!held) return "";
  const age = age_of(held);
  const stale = age > S.stale_s && !total || S.silent_s > S.stale_s;
  return `<div class="tile${stale ? " stale" : ""}" data-name="${name}">
    <span class="label">${label}</span><span class="number">${show(held.value)}</span>
    <span class="unit">${stale ? in_words(age) : unit}</span></div>`;
}

function heart() {
  const held = S.value.heart_rate;
  if (!held) return `<div class="tile heart stale" data-name="heart_rate">
    <span class="label">Heart rate</span><span class="number">–</span>
    <span class="unit">no signal</span></div>`;
  const age = age_of(held), stale = age > S.stale_s;
  const rate = held.value, over = S.limit != null && rate > S.limit;
  const zone = S.value.zone?.time === held.time ? S.value.zone.value : 0;
  const percent = Math.round(100 * rate / S.max_hr);
  const next = S.ahead?.[1];
  const ahead = next && !stale ? `in 1 min <b>${next.rate}</b> ± ${next.band}` : "";
  const bars = "▮".repeat(zone) + "▯".repeat(5 - zone);
  const quality = S.value.quality ? `quality ${Math.round(100 * S.value.quality.value)} %` : "";
  const reason = S.reasons[S.value.reason?.value ?? 0];
  const doubt = reason && S.value.quality?.value < 1 ? `, ${reason}` : "";
  const state = stale ? " stale" : over ? " over" : "";
  return `<div class="tile heart${state}" data-name="heart_rate"
      style="--zone:${stale ? "var(--twin-stale)" : colour(zone)}">
    <span class="label">Heart rate${over && !stale ? ` – above ${S.limit}` : ""}</span>
    <span class="number">${rate}</span><span class="unit">bpm</span>
    <span class="share">${percent}<small> % of max</small></span>
    <span class="zone">${zone ? `Zone ${zone}` : "Below zone 1"} <i>${bars}</i></span>
    <span class="ahead">${ahead}</span>
    <span class="signal">${stale ? `last reading ${in_words(age)}`
      : `${quality}${escaped(doubt)}`}</span></div>`;
}

// Bokeh lays the whole page out anew for a new text of a Div, which takes ten times as long as the
// text itself: it goes straight into the page, the model follows in silence.
function write(div, text) {
  div.setv({text}, {silent: true, sync: false});
  const element = Bokeh.index.find_one(div)?.markup_el;
  if (element) element.innerHTML = text;
  else div.change.emit();
}

function show_zones() {
  const inside = S.zone_seconds.reduce((sum, part) => sum + part, 0);
  const total = Math.max(inside, S.value.elapsed?.value ?? 0);
  const now = S.value.zone?.value;
  write(zones, [total - inside, ...S.zone_seconds].map((seconds, zone) => {
    const share = total ? 100 * seconds / total : 0;
    return `<div class="row${now === zone && zone ? " now" : ""}"><b>${zone ? `Z${zone}` : ""}</b>
      <span class="range">${zone ? escaped(S.zone_words[zone - 1]) : "in no zone"}</span>
      <span class="bar"><i style="width:${share.toFixed(1)}%;background:${colour(zone)}"></i>
      </span><span class="time">${clock_time(seconds)}</span>
      <span class="part">${share.toFixed(0)} %</span></div>`;
  }).reverse().join(""));
}

function show() {
  const lost = S.silent_s > S.stale_s;
  const words = lost ? `<div class="lost" role="alert">No update for ${S.silent_s} s</div>` : "";
  const rest = tiles.map(tile).filter((text) => text);
  const few = rest.length <= 4 ? "few" : "";
  write(values, `${words}${heart()}<div class="rest ${few}">${rest.join("")}</div>`);
  show_zones();
  show_twin();
}

// A page that hears nothing greys its own numbers: an old one must not look live.
function watch() {
  const silent = Math.floor((Date.now() - S.heard) / 1000);
  if (silent <= S.stale_s && S.silent_s === 0) return;
  S.silent_s = silent > S.stale_s ? silent : 0;
  show();
}

if (wire.twin_paint === undefined) {
  wire.twin_paint = (before, after) => {
    S.zone_colours = after.zones;
    S.blank_colour = after.stale;
    const known = [...before.zones, before.stale], now = [...after.zones, after.stale];
    const again = (source) => {
      const colour = source.data.colour.map((c) => now[known.indexOf(c)] ?? c);
      source.data = {...source.data, colour};
    };
    again(shown);
    again(here);
    show();
  };
}
const replaced = reset && cb_obj === wire;
if (replaced || S.value === undefined) {
  Object.assign(S, JSON.parse(wire.tags[0]));
  begin();
}
S.heard = Date.now();
S.silent_s = 0;
const rows = wire.data.row.slice(wire.data.row.lastIndexOf(S.newest) + 1);
if (rows.length) {
  S.newest = rows[rows.length - 1];
  remember(rows);
  look_ahead(S.newest);
}
show();
if (rows.length) draw_soon(rows);
S.timer ??= setInterval(watch, 1000);
