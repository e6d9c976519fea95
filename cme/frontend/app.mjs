import { createAll, initAll } from "./govuk-frontend.min.js";
import { FilterToggleButton, SortableTable } from "./moj-frontend.min.js";

initAll();
createAll(SortableTable);
createAll(FilterToggleButton, {
  startHidden: false,
  toggleButton: { showText: "Show filters", hideText: "Hide filters", classes: "govuk-button--secondary" },
  toggleButtonContainer: { selector: ".cme-filter-toggle" },
});

const PREVIEW_PARTS = ["preview-status", "preview-rows"];
const PREVIEW_PAUSE_MS = 300;

// A form that shows what would come of it: after each change the page that its preview button would open is
// fetched, and the parts of it that show the preview take the place of those on this page.
function previewAsChosen(form) {
  let waiting;
  let isAsking = false;
  let isStale = false;

  async function ask() {
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.dataset.preview, { method: "POST", body });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const parts = PREVIEW_PARTS.map((id) => page.getElementById(id));
      parts.forEach((part) => document.getElementById(part.id).replaceChildren(...part.childNodes));
    } catch {
      document.getElementById("preview-rows").replaceChildren();
      document.getElementById("preview-status").textContent =
        "The preview could not be made. Choose “Show preview” to try again.";
    }
  }

  // One at a time: a large file takes the server a while.
  async function show() {
    isStale = true;
    if (isAsking) return;
    isAsking = true;
    while (isStale) {
      isStale = false;
      await ask();
    }
    isAsking = false;
  }

  form.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, PREVIEW_PAUSE_MS);
  });
}

document.querySelectorAll("form[data-preview]").forEach(previewAsChosen);

// A box that narrows a long list to what has the words that are typed into it.
function filterBy(box) {
  const input = box.querySelector("input");
  const status = box.querySelector("[role=status]");
  const list = document.getElementById(box.dataset.filters);
  const items = [...list.querySelectorAll("tbody tr, .govuk-checkboxes__item")];
  box.hidden = false;
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    items.forEach((item) => (item.hidden = !item.textContent.toLowerCase().includes(wanted)));
    const left = items.filter((item) => !item.hidden).length;
    status.textContent = wanted ? `${left} of ${items.length}` : "";
  });
  // It stands inside a form that is not meant to be sent by looking for something.
  input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
}

document.querySelectorAll("[data-filters]").forEach(filterBy);

// A button that copies the text of a field, shown only where there are scripts: by hand it is selected.
function copyFrom(button) {
  const field = document.getElementById(button.dataset.copies);
  const status = button.parentElement.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      status.textContent = "Copied";
    } catch {
      status.textContent = "It is selected: press Ctrl and C";
    }
  });
}

document.querySelectorAll("[data-copies]").forEach(copyFrom);
