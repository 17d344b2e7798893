// What the twin tells beside its forecast: expectation, day, line, balance, beats, its own error.
// Part of the script of the athlete page; `S` and what is drawn stand in athlete_live.js.

const LONGEST_STEP_MS = 30000; // a fast replay tells the expectation every 20 s or so
const BEATS_NEEDED_S = 108, MOST_ARTEFACTS = 0.05, TREND_S = 1200;

// The numbers last told, by name; null where nothing was told yet.
function told_now() {
  const held = S.value.told;
  return held && Object.fromEntries(S.told_order.map((name, i) => [name, held.value[i]]));
}

// Points of the band of expected heart rate; a silence closes it, and it opens again after.
function expectations(rows) {
  const add = {time: [], rate: [], low: [], high: []};
  const put = (time, rate, half, line = rate) => {
    add.time.push(time); add.rate.push(line); add.low.push(rate - half); add.high.push(rate + half);
  };
  for (const row of rows) {
    const rate = row[at.expected];
    const time = S.base_ms + row[at.time] * 1000, was = S.expectation;
    // A row of silence lies at the present instant, ahead of readings still to come.
    if (rate == null || row[at.elapsed] == null || was && time <= was.time) continue;
    if (was && time - was.time > LONGEST_STEP_MS) { put(was.time + 1, was.rate, 0, NaN); put(time - 1, rate, 0, NaN); }
    put(time, rate, row[at.expected_band]);
    S.expectation = {time, rate};
  }
  return add;
}

function draw_expected(rows) {
  const add = expectations(rows);
  if (add.time.length) expect.stream(add, S.rollover, {sync: false});
}

const fact = (label, value, more = "") => `<div class="fact"><span class="label">${label}</span>
  <b>${value}</b><span class="more">${more}</span></div>`;
const signed = (value) => `${value > 0 ? "+" : value < 0 ? "−" : "±"}${Math.abs(value)}`;

function expected_fact(stale) {
  const now = S.value.expected, band = S.value.expected_band, rate = S.value.heart_rate;
  if (!now || stale) return fact("Expected at this work", "–", "needs heart rate and power, speed or cadence");
  const off = rate.value - now.value, outside = Math.abs(off) > band.value;
  const more = off === 0 ? "as measured" : `measured ${Math.abs(off)} ${off > 0 ? "above" : "below"}`;
  return fact("Expected at this work", `${now.value} ± ${band.value} bpm`, outside ? `▲ ${more}, outside the band` : more);
}

function day_fact(told) {
  if (told.offset == null) return "";
  const drift = told.drift == null ? "; drift is told in steady work only"
    : told.drift ? `, ${told.drift > 0 ? "rising" : "falling"} ${Math.abs(told.drift)} bpm/h` : "";
  return fact("Today", `${signed(told.offset)} bpm`, `off the usual at equal work${drift}`);
}

function far_fact(told) {
  if (told.ahead_300 == null) return "";
  return fact("In 5 min", `${told.ahead_300} ± ${told.band_300} bpm`,
    told.ahead_600 == null ? "" : `in 10 min ${told.ahead_600} ± ${told.band_600}`);
}

function limit_fact(told) {
  if (S.limit == null) return "";
  const when = told.limit_in == null ? "–" : told.limit_in === 0 ? "now"
    : told.limit_in < 0 ? "not within 10 min" : `in ${clock_time(told.limit_in)}`;
  return fact(`Limit ${S.limit}`, when, told.limit_in > 300 ? "if all goes on as it does" : told.limit_in > 0 ? "likely, from here and what was reached of late" : "");
}

function balance_fact(told) {
  if (told.balance == null) return fact("W′ or D′ left", "–", "needs stored hard efforts of 2 to 15 min");
  const share = Math.max(0, Math.min(100, told.balance)), band = told.balance_band;
  const low = Math.max(0, told.balance - band), high = Math.min(100, told.balance + band);
  const words = told.balance < 0 ? "below zero: critical power or W′ is set too low" : "of what is above critical power or speed";
  const empty = told.empty_in == null ? "" : `empty in ${clock_time(told.empty_in)} at this work; `;
  return fact("W′ or D′ left", `${told.balance} ± ${band} %`, `<span class="gauge"><i style="left:${low}%;width:${high - low}%"></i>
    <u style="left:${share}%"></u></span>${empty}${words}`);
}

// Why there is no alpha 1, in words; empty where there is one.
function closed(told) {
  if (told.beats_s == null) return "no beats (RR intervals) are received";
  if (told.artefacts > MOST_ARTEFACTS) return `hidden: ${(100 * told.artefacts).toFixed(0)} % of beats corrected, at most ${100 * MOST_ARTEFACTS} %`;
  if (told.beats_s < BEATS_NEEDED_S) return `collecting beats: ${told.beats_s} of 120 s`;
  return told.alpha1 == null ? "no variation" : "";
}

// A trend, no threshold: the line of the last twenty minutes and where it goes.
function alpha_trend() {
  const held = S.value.told, points = S.alpha ??= [];
  const value = told_now().alpha1;
  if (value != null && points.at(-1)?.time !== held.time) points.push({time: held.time, value});
  while (points.length && points[0].time < held.time - TREND_S) points.shift();
  if (points.length < 3) return "";
  const x = (p) => (100 * (p.time - held.time) / TREND_S + 100).toFixed(1);
  const y = (p) => (24 - 16 * Math.max(0, Math.min(1.5, p.value))).toFixed(1);
  return `<svg class="trend" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
    <polyline points="${points.map((p) => `${x(p)},${y(p)}`).join(" ")}" fill="none" vector-effect="non-scaling-stroke"/></svg>`;
}

function alpha_fact(told) {
  const reason = closed(told), trend = alpha_trend();
  if (reason) return fact("Alpha 1", "–", `${reason}${trend}`);
  const before = S.alpha.findLast((p) => p.time <= S.value.told.time - 120);
  const way = !before ? "" : told.alpha1 - before.value > 0.1 ? " ↗" : told.alpha1 - before.value < -0.1 ? " ↘" : " →";
  return fact("Alpha 1", `${told.alpha1.toFixed(2)}${way}`,
    `a trend, ± 0.2; RMSSD ${told.rmssd ?? "–"} ms, ${(100 * told.artefacts).toFixed(0)} % of beats corrected${trend}`);
}

function breathing_fact(told) {
  return told.breathing == null ? "" : fact("Breathing", `${told.breathing} /min`, "from the beats, at rest and easy work");
}

function error_fact(told) {
  if (told.error == null) return fact("Own error, 1 min ahead", "–", "not yet judged in this session");
  const back = told.staying > 0.5 || told.error >= told.staying_error;
  const gain = Math.round(100 * (1 - told.error / told.staying_error));
  const words = back ? "no better than “stays as it is”: falls back to it" : `${gain} % closer than “stays as it is”`;
  return fact("Own error, 1 min ahead", `${told.error.toFixed(1)} bpm`,
    `${words} (${told.staying_error.toFixed(1)}); ${(100 * told.coverage).toFixed(0)} % in the 80 % band`);
}

function show_twin() {
  const told = told_now();
  if (!told) { write(twin, fact("Twin", "–", "it begins with the first heart rate")); return; }
  const rate = S.value.heart_rate;
  const stale = !rate || age_of(rate) > S.stale_s || S.silent_s > S.stale_s;
  const learnt = told.sessions ? `Learnt from ${told.sessions} session${told.sessions > 1 ? "s" : ""} of this kind.`
    : "From priors: no session of this kind has taught it yet.";
  write(twin, `<div class="facts${stale ? " stale" : ""}">${expected_fact(stale)}${day_fact(told)}${far_fact(told)}${limit_fact(told)}
    ${balance_fact(told)}${alpha_fact(told)}${breathing_fact(told)}${error_fact(told)}</div><p class="learnt">${learnt}</p>`);
}
