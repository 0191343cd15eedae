"use strict";
// Keeps a page as it stands: listens to /changes, fetches the page again when something changed, and swaps the parts
// that are marked data-live; never one that somebody is typing in or that has focus. Without it every page works, too.
(() => {
  const SILENT = 40, RETRY = 3, SETTLE = 150; // seconds without a beat, seconds to the next try, ms until changes settle
  const page = document.body.dataset;
  const skew = Number(page.now) - Date.now() / 1000; // phones' clocks err
  const lost = document.getElementById("lost");
  const news = document.getElementById("news");
  let since = page.mark, heard = Date.now(), gone = 0, timer = 0, busy = false, again = false, aborter = null;

  const now = () => Date.now() / 1000 + skew;
  const spoken = () => (document.querySelector("[data-say]") || { dataset: {} }).dataset.say;
  const clock = (at) => new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: page.zone }).format(at * 1000);

  function span(minutes) {
    if (minutes < 120) return `${Math.floor(minutes)}\u00a0min`;
    if (minutes >= 2880) return null; // days are counted in words, by the server
    const hours = minutes < 600 ? Math.round(minutes / 30) / 2 : Math.round(minutes / 60);
    return `${String(hours).replace(".", document.documentElement.lang === "pl" ? "," : ".")}\u00a0h`;
  }

  function tick() {
    for (const one of document.querySelectorAll("[data-due], [data-since]")) {
      const due = "due" in one.dataset;
      const minutes = (due ? one.dataset.due - now() : now() - one.dataset.since) / 60;
      const late = due && minutes < 0;
      const text = span(due ? Math.max(1, Math.abs(minutes)) : Math.max(0, minutes));
      if (due) one.classList.toggle("late", late);
      if (text) one.textContent = !due && minutes < 1 ? page.just
        : (due ? (late ? page.late : page.in) : page.ago).replace("{span}", text);
    }
    if (!gone && Date.now() - heard > SILENT * 1000 && aborter) aborter.abort(); // nothing at all is no calm
  }

  const touched = (part) => part.contains(document.activeElement) || [...part.querySelectorAll("input, textarea, select")]
    .some((field) => field.type === "hidden" ? false : field.type === "radio" ? field.checked !== field.defaultChecked
      : field.options ? [...field.options].some((one) => one.selected !== one.defaultSelected) && !field.dataset.fresh
      : field.value !== field.defaultValue);

  function swap(fresh) {
    let kept = false;
    for (const part of document.querySelectorAll("[data-live]")) {
      const other = fresh.getElementById(part.id);
      if (!other) continue;
      if (touched(part)) { kept = true; continue; }
      const same = (one) => one.innerHTML.replace(/name="id" value="\w+"/g, "").replace(/(data-since="[^"]*")>[^<]*/g, "$1>");
      if (same(part) === same(other)) continue;
      for (const open of part.querySelectorAll("details[open]")) fresh.getElementById(open.id)?.setAttribute("open", "");
      other.classList.add("fresh");
      part.replaceWith(document.adoptNode(other));
    }
    return kept;
  }

  async function load() {
    if (gone === Infinity) return;
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (answer.status === 401 || answer.redirected) { leave(); return; }
      if (!answer.ok) return;
      const before = spoken();
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const say = fresh.querySelector("[data-say]");
      const kept = swap(fresh);
      if (say && say.dataset.say !== before) {
        document.querySelector("[data-say]").dataset.say = say.dataset.say;
        news.textContent = page.news.replace("{what}", say.dataset.say) + (kept ? ` ${page.stale}` : "");
      }
      offer();
      tick();
      if (fresh.body.dataset.soon) setTimeout(load, 1000);
    } catch { /* the stream says that it is gone */ } finally {
      busy = false;
      if (again) { again = false; load(); }
    }
  }

  function changed(incident) {
    if (incident && page.incident && incident !== page.incident) return;
    clearTimeout(timer);
    timer = setTimeout(load, SETTLE);
  }

  function leave() { // the session is over: what somebody types is theirs to take along
    if (![...document.querySelectorAll("main form")].some(touched)) { location.reload(); return; }
    gone = Infinity;
    lost.textContent = page.ended;
    lost.hidden = false;
  }

  function lose() {
    if (gone) return;
    gone = now();
    lost.textContent = page.lost.replace("{time}", clock(gone));
    lost.hidden = false;
  }

  async function listen() {
    aborter = new AbortController();
    const begun = Date.now();
    try {
      const answer = await fetch(`/changes?since=${encodeURIComponent(since)}`, { signal: aborter.signal, cache: "no-store" });
      if (answer.status === 401) { leave(); return; }
      if (!answer.ok) throw new Error(answer.status);
      heard = Date.now();
      if (gone) { gone = 0; lost.hidden = true; load(); } // whatever was missed
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let rest = "", part = await reader.read(); !part.done; part = await reader.read()) {
        heard = Date.now();
        const blocks = (rest + part.value).split("\n\n");
        rest = blocks.pop();
        for (const block of blocks) {
          const said = Object.fromEntries(block.split("\n").map((line) => line.split(/: ?(.*)/s, 2)));
          if (said.id) since = said.id;
          if (said.event) changed(said.event === "incident" && JSON.parse(said.data).incident);
        }
      }
      if (Date.now() - begun > 1000) { listen(); return; } // it has ended in order: whoever listens long comes again
    } catch { /* told below */ }
    lose();
    setTimeout(listen, RETRY * 1000);
  }

  function offer() {
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  }

  async function copy(button) {
    const text = document.getElementById(button.dataset.copy);
    try { await navigator.clipboard.writeText(text.textContent); } catch {
      getSelection().selectAllChildren(text); // no permission: what is selected can be copied by hand
      return;
    }
    news.textContent = button.textContent = button.dataset.copied;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
  document.addEventListener("focusout", () => changed());
  addEventListener("offline", () => { lose(); if (aborter) aborter.abort(); });
  offer();
  tick();
  setInterval(tick, 5000);
  if (page.soon) setTimeout(load, 1000);
  listen();
})();
