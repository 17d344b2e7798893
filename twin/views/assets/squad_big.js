// The big screen: athletes only, as large as all of them can be, those who matter first.

// Properties of the whole page, which every part of it reads: head, tools and buttons go.
const BIG_SCREEN = {"--twin-chrome": "none", "--twin-head": "hidden", "--twin-alert-size": "26px", "--twin-alert-room": "0px"}
const BIG_SHAPE = 0.58 // height of a tile by its width
const BIG_LEAST = 6.3 // of a screen: least width of a tile that is read from 5 m

function make_wall(page) {
  const wall = make("header", "wall")
  const what = make("b"), who = make("span"), clock = make("time")
  wall.append(what, who, clock, press("Leave big screen", () => page.big(false), "leave"))
  wall.show = () => {
    const {players, period} = page
    const live = players.filter((p) => p.live).length, over = players.filter((p) => p.over).length
    const left_out = page.shown.length - page.grid.childElementCount
    const drill = period.name ? `${period.name} ${page.period_clock}` : ""
    say(what, [drill, page.step].filter(Boolean).join(" · ") || "Squad")
    say(who, `${live} of ${players.length} live${over ? ` · ${over} above limit` : ""}${left_out > 0 ? ` · ${left_out} more, calmer` : ""}`)
    say(clock, new Date().toLocaleTimeString([], {hour: "2-digit", minute: "2-digit"}))
  }
  return wall
}

// How many columns and rows of tiles a wall has room for.
function wall_size(list, count) {
  const width = list.clientWidth - 16, height = list.clientHeight - 8, gap = 8
  const most = Math.max(1, Math.floor(width / Math.max(170, width / BIG_LEAST)))
  for (let columns = 1; columns <= most; columns++) {
    const wide = (width - (columns - 1) * gap) / columns
    const rows = Math.floor((height + gap) / (BIG_SHAPE * wide + gap))
    if (columns * rows >= count || columns === most) {
      return {columns, rows: Math.max(1, Math.min(rows, Math.ceil(count / columns)))}
    }
  }
  return {columns: 1, rows: 1}
}

function size_wall(grid, list, count) {
  const {columns, rows} = wall_size(list, count)
  const tall = Math.floor((list.clientHeight - 8 - (rows - 1) * 8) / rows)
  const wide = (list.clientWidth - 16 - (columns - 1) * 8) / columns
  const value = `auto-flow ${Math.floor(Math.min(tall, 0.8 * wide))}px / repeat(${columns}, minmax(0, 1fr))`
  if (grid.dataset.size !== value) { grid.dataset.size = value; grid.style.grid = value }
}

function lay_big(root, big) {
  root.classList.toggle("big", big)
  for (const [name, value] of Object.entries(BIG_SCREEN)) {
    if (big) { document.documentElement.style.setProperty(name, value) } else { document.documentElement.style.removeProperty(name) }
  }
}

// The whole screen, where the browser lets us: only after a key or a touch.
async function fill_screen(fill) {
  try {
    if (fill) { await document.documentElement.requestFullscreen?.() }
    else if (document.fullscreenElement) { await document.exitFullscreen() }
  } catch { /* the window stays as it is */ }
}
