// What is wrong, under the head of every page; takes no room while all is well.

export function render({model}) {
  const box = document.createElement("div")
  box.className = "warnings"
  box.setAttribute("role", "alert")
  const draw = () => {
    const {notices} = JSON.parse(model.status)
    box.classList.toggle("some", notices.length > 0)
    box.replaceChildren(...notices.map(({level, text}) => {
      const line = document.createElement("p")
      line.className = level
      line.textContent = text
      return line
    }))
  }
  model.on("status", draw)
  draw()
  return box
}
