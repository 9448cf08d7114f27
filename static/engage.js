// The one script of every page. Every page works without it.
import DS from "./dist/design-system.js";

document.documentElement.classList.add("js-enabled");
DS.initAll();

// GOV.UK behaviour: after a failed try the summary of errors takes the focus, and its links lead
// to the control and not just to its place on the page.
const summary = document.getElementById("error-summary");
if (summary) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    const control = target && target.matches("fieldset") ? target.querySelector("input") : target;
    if (control) {
      event.preventDefault();
      control.scrollIntoView({ block: "center" });
      control.focus({ preventScroll: true });
    }
  });
}

// How many characters are left, said politely, where a box has a limit.
for (const hint of document.querySelectorAll("[id$='-most']")) {
  const box = document.getElementById(hint.id.slice(0, -5));
  const most = Number((hint.textContent.match(/[\d,]+/) || ["0"])[0].replaceAll(",", ""));
  if (!box || !most) continue;
  const left = document.createElement("p");
  left.className = "ds_hint-text";
  left.setAttribute("aria-live", "polite");
  box.after(left);
  let timer;
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const rest = most - box.value.length;
      const words = rest < 0 ? hint.dataset.over : hint.dataset.left;
      left.textContent = rest < most / 10 ? words.replace("#", Math.abs(rest).toLocaleString("en-GB")) : "";
    }, 500);
  });
}

// A photograph that is too big is told before it is sent: that may take minutes on a phone.
for (const input of document.querySelectorAll("[data-most-bytes]")) {
  const told = document.createElement("p");
  told.className = "ds_question__error-message";
  told.setAttribute("role", "alert");
  input.before(told);
  input.addEventListener("change", () => {
    const isTooBig = [...input.files].some((file) => file.size > Number(input.dataset.mostBytes));
    told.textContent = isTooBig ? input.dataset.tooBig : "";
    if (isTooBig) input.value = "";
  });
}

// A second click on a button that is already sending would only confuse: the server copes with it
// anyhow. Buttons come back when the page does.
for (const form of document.querySelectorAll("form[method='post']")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 3000);
  });
}

// A pitch in a hall: the time starts at the press of a button, and never by itself.
for (const place of document.querySelectorAll("[data-seconds]")) {
  const button = document.createElement("button");
  button.className = "ds_button";
  button.type = "button";
  button.textContent = place.dataset.start;
  const left = document.createElement("p");
  left.className = "engage-pitch__time";
  left.setAttribute("role", "timer");
  place.append(button, left);
  let ticking;
  button.addEventListener("click", () => {
    clearInterval(ticking);
    const end = Date.now() + Number(place.dataset.seconds) * 1000;
    const show = () => {
      const rest = Math.max(0, Math.round((end - Date.now()) / 1000));
      left.textContent = rest ? `${Math.floor(rest / 60)}:${String(rest % 60).padStart(2, "0")}` : place.dataset.over;
      if (!rest) clearInterval(ticking);
    };
    show();
    ticking = setInterval(show, 250);
  });
}
