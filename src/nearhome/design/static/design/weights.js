// Moves the order as a slider moves: asks for the same page by the same address, and takes its table and its sentence.
const form = document.getElementById("weights");
const parts = ["order", "said"];
let waiting = 0;
let asked = null;

async function show() {
  const address = `${location.pathname}?${new URLSearchParams(new FormData(form))}`;
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(address, { signal: asked.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of parts) {
      document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
    }
    history.replaceState(null, "", address);
  } catch (gone) {
    if (gone.name !== "AbortError") throw gone;
  }
}

form.addEventListener("input", (event) => {
  event.target.parentElement.querySelector("output").value = event.target.value;
  clearTimeout(waiting);
  waiting = setTimeout(show, 150);
});
