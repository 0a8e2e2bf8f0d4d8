// The journal goes on by itself. Without this script a reload shows the same.
const body = document.querySelector("tbody[data-live]");
const state = document.querySelector("#live");
async function poll() {
  try {
    const answer = await fetch(`/journal/rows?after=${body.dataset.live}`);
    const last = answer.headers.get("x-last");
    if (answer.ok && last !== body.dataset.live) {
      const template = document.createElement("template");
      template.innerHTML = `<table><tbody>${await answer.text()}</tbody></table>`;
      const rows = [...template.content.querySelectorAll("tbody > tr")];
      rows.forEach((row) => row.classList.add("fresh"));
      body.prepend(...rows);
      while (body.rows.length > 200) body.lastElementChild.remove();
      body.dataset.live = last;
    }
    state.textContent = "live";
  } catch {
    state.textContent = "the simulator does not answer";
  }
  setTimeout(poll, 700);
}
if (body) poll();
