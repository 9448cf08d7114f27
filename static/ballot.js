// Helps on the ballot paper, and no more: keeps the cost up to date and lets people rank by drag.
// Without it the button works the cost out, and numbers say the order.
const sum = document.getElementById("so-far");
const form = sum.closest("form");
// A fund may have parts: each has its own projects and its own sums, and limits within it.
const parts = (sum.dataset.most ? [sum] : [...sum.querySelectorAll("[data-most]")]).map((own) => {
  const paper = form.querySelector(`.engage-ballot[data-part="${own.dataset.part}"]`);
  const boxes = [...paper.querySelectorAll("[data-cost]")];
  return { own, paper, boxes, most: Number(own.dataset.most) };
});

const number = (box) => (box.type === "checkbox" ? Number(box.checked) : Number(box.value) || 0);
const money = (pence) =>
  `£${(pence / 100).toLocaleString("en-GB", { minimumFractionDigits: pence % 100 ? 2 : 0 })}`;

function show(own, name, value) {
  const place = own.querySelector(`[data-sofar="${name}"]`);
  if (place && place.textContent !== String(value)) place.textContent = value;
}

function reckonPart({ own, boxes, most }) {
  const chosen = boxes.filter((box) => number(box) > 0);
  const cost = chosen.reduce((total, box) => total + Number(box.dataset.cost), 0);
  const points = chosen.reduce((total, box) => total + number(box), 0);
  show(own, "number", chosen.length);
  show(own, "points", points);
  show(own, "cost", money(cost));
  own.querySelector('[data-sofar="over"]').hidden = !(
    chosen.length > most ||
    points > Number(own.dataset.points || Infinity) ||
    ("spend" in own.dataset && cost > Number(own.dataset.pot))
  );
  return chosen;
}

function reckon() {
  const chosen = parts.map(reckonPart);
  const away = chosen.flat().filter((box) => box.closest("[hidden]")).length;
  show(sum, "away", away);
  sum.querySelector('[data-sofar="not-shown"]').hidden = !away;
  if ("one" in sum.dataset)
    sum.querySelector('[data-sofar="one"]').hidden = chosen.filter((own) => own.length).length < 2;
}

sum.querySelector("button").hidden = true;
// Stays in sight where it leaves room to read, and tells the page how high it is.
new ResizeObserver(() => {
  const height = sum.offsetHeight;
  sum.classList.toggle("engage-sofar--kept", height < window.innerHeight / 3);
  document.documentElement.style.setProperty("--engage-sofar", `${height}px`);
}).observe(sum);
let timer;
form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(reckon, 200);
});
// Enter in a box only works the cost out, as it does without a script.
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input")) {
    event.preventDefault();
    reckon();
  }
});

// Shows the projects of one place or theme. The others stay in the form with what was chosen there.
const sift = document.getElementById("sift");
const items = [...form.querySelectorAll(".engage-ballot__item")];
function siftNow() {
  const lists = [...(sift?.querySelectorAll("select") ?? [])];
  for (const item of items)
    item.hidden = lists.some(({ name, value }) => value && item.dataset[name] !== value);
  const place = document.querySelector('[data-sofar="shown"]');
  if (place) {
    const seen = items.filter((item) => !item.hidden).length;
    place.textContent = seen;
    place.parentElement.hidden = seen === items.length;
  }
  reckon();
}
if (sift) {
  sift.addEventListener("change", siftNow);
  const [some, all] = sift.querySelectorAll("button");
  some.hidden = true;
  all.addEventListener("click", (event) => {
    event.preventDefault();
    for (const list of sift.querySelectorAll("select")) list.value = "";
    siftNow();
  });
}
window.addEventListener("pageshow", siftNow);

// A project that is dropped takes its place among those that have one; the numbers follow.
function drop({ paper, most }, row, before) {
  const ranked = [...paper.children]
    .filter((other) => other !== row && number(boxOf(other)) > 0)
    .sort((a, b) => number(boxOf(a)) - number(boxOf(b)));
  const isAbove = (other) =>
    !before || other.compareDocumentPosition(before) & Node.DOCUMENT_POSITION_FOLLOWING;
  ranked.splice(ranked.filter(isAbove).length, 0, row);
  ranked.forEach((other, place) => {
    // What is not shown keeps its place, even one too many: nobody would see it go.
    boxOf(other).value = place < most || other.hidden ? place + 1 : "";
  });
  paper.prepend(...ranked);
  reckon();
}

const boxOf = (row) => row.querySelector("[data-cost]");

function makeDraggable(part, row) {
  const { paper } = part;
  const handle = document.createElement("span");
  handle.className = "engage-ballot__handle";
  handle.textContent = "↕";
  handle.title = paper.dataset.rank;
  handle.setAttribute("aria-hidden", "true");
  row.append(handle);
  let before = null;
  let isDragged = false;
  const mark = (other) => {
    for (const marked of paper.querySelectorAll(".engage-ballot__row--here"))
      marked.classList.remove("engage-ballot__row--here");
    if (other) other.classList.add("engage-ballot__row--here");
  };
  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    isDragged = true;
    row.classList.add("engage-ballot__row--dragged");
  });
  handle.addEventListener("pointermove", (event) => {
    if (!isDragged) return;
    const y = event.clientY;
    if (y < 80) window.scrollBy(0, -15);
    if (y > window.innerHeight - 80) window.scrollBy(0, 15);
    before = [...paper.children].find((other) => {
      const { top, height } = other.getBoundingClientRect();
      return other !== row && y < top + height / 2;
    });
    mark(before);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    handle.addEventListener(end, () => {
      if (isDragged && end === "pointerup") drop(part, row, before);
      isDragged = false;
      row.classList.remove("engage-ballot__row--dragged");
      mark(null);
    });
  }
}

for (const part of parts)
  if ("rank" in part.paper.dataset)
    for (const row of [...part.paper.children]) makeDraggable(part, row);
