"use strict";
// Shows the rows that a reader asks for, in the order he asks for. Without it all rows are there, and their
// details open by themselves.
(() => {
  const table = document.querySelector("table.rows");
  const picker = document.getElementById("picker");
  const count = document.getElementById("count");
  if (!table || !picker || !count) return;
  document.documentElement.classList.add("js");
  picker.hidden = false;

  const headings = [...table.tHead.rows[0].cells];
  const axes = [...picker.querySelectorAll("fieldset[data-axis]")];
  const rows = [...table.tBodies].map((body, index) => ({
    body, index,
    cells: body.rows[0].cells,
    name: body.rows[0].cells[0].textContent.toLowerCase(),
    places: (body.dataset.at || "").split(" "),
    fits: !body.classList.contains("unfit"),
  }));
  const first = new URLSearchParams(new FormData(picker));
  const best = headings.find((th) => th.className === "m");
  const sort = { heading: best, up: false };
  // Columns of the axes stand behind the server's and the buffer's.
  const before = 2;

  // A picture that is wider than a phone can be scrolled by keyboard, too.
  for (const figure of document.querySelectorAll("figure")) {
    if (figure.scrollWidth > figure.clientWidth) figure.tabIndex = 0;
  }

  // Which rows.

  const down = (fieldset) => fieldset.querySelector("input:checked");

  // Of pictures side by side, those of the situation that is asked for.
  const figures = [...document.querySelectorAll("figure[data-at]")];
  const mark = (picked) => {
    for (const figure of figures) {
      const places = figure.dataset.at.split(" ");
      const differs = (place, axis) =>
        place !== undefined && places[axis] !== "-" && places[axis] !== place;
      figure.classList.toggle("aside", picked.some(differs));
    }
    for (const figure of figures) {
      const beside = [...figure.parentNode.children];
      const isOne = beside.some((other) => other.classList.contains("aside"));
      figure.classList.toggle("asked", isOne && !figure.classList.contains("aside"));
    }
  };

  const show = () => {
    const picked = axes.map((axis) => down(axis).dataset.place);
    const name = picker.elements.server.value.trim().toLowerCase();
    const all = !picker.elements.buffer || picker.elements.buffer.value === "all";
    let shown = 0;
    for (const row of rows) {
      const asked = (all || row.fits) && row.name.includes(name) &&
        picked.every((place, axis) => place === undefined || place === row.places[axis]);
      row.body.hidden = !asked;
      if (asked) shown += 1;
    }
    // What is the same of all rows needs no column.
    picked.forEach((place, axis) => {
      for (const cells of [headings, ...rows.map((row) => row.cells)]) {
        cells[before + axis].hidden = place !== undefined;
      }
    });
    mark(picked);
    table.classList.toggle("wide", picker.elements.more.checked);
    const chosen = axes.filter((axis) => down(axis).dataset.place !== undefined).map((axis) =>
      axis.querySelector("legend").textContent + " " + down(axis).nextElementSibling.textContent);
    count.textContent = shown + " of " + rows.length + " rows" +
      (chosen.length ? ": " + chosen.join(", ") : "");
  };

  // In which order.

  const units = {
    ns: 1, "µs": 1e3, ms: 1e6, s: 1e9, k: 1e3, M: 1e6, G: 1e9, B: 1,
    KiB: 1024, MiB: 1048576, GiB: 1073741824,
  };

  const amount = (text) => {
    const found = /(-?[\d,]*\.?\d+) ?(ns|µs|ms|s|k|M|G|B|KiB|MiB|GiB)?(?![\w])/.exec(text);
    return found ? Number(found[1].replaceAll(",", "")) * (units[found[2]] || 1) : null;
  };

  const column = () => headings.indexOf(sort.heading);
  const isAxis = (index) => index >= before && index < before + axes.length;
  const isWords = (th) => /^[skw]$/.test(th.className);

  const value = (row) => {
    const cell = row.cells[column()];
    if (!cell || cell.className === "why") return null;
    if (isAxis(column())) return Number(row.places[column() - before]);
    return isWords(sort.heading) ? cell.textContent.toLowerCase() : amount(cell.textContent);
  };

  const order = () => {
    const values = new Map(rows.map((row) => [row, value(row)]));
    const sorted = [...rows].sort((left, right) => {
      const [a, b] = [values.get(left), values.get(right)];
      if (a === b) return left.index - right.index;
      if (a === null || b === null) return a === null ? 1 : -1;
      return (a < b ? -1 : 1) * (sort.up ? 1 : -1);
    });
    table.append(...sorted.map((row) => row.body));
    for (const th of headings) th.removeAttribute("aria-sort");
    sort.heading.setAttribute("aria-sort", sort.up ? "ascending" : "descending");
  };

  for (const th of headings) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...th.childNodes);
    th.append(button);
    button.addEventListener("click", () => {
      const again = sort.heading === th;
      // The least comes first of words, and of what is better when it is less.
      sort.up = again ? !sort.up
        : isWords(th) || /^[cl]$/.test(th.className) || headings.indexOf(th) < before + axes.length;
      sort.heading = th;
      order();
      keep();
    });
  }

  // What a link to it says.

  const keep = () => {
    const link = new URLSearchParams();
    for (const [name, value] of new FormData(picker)) {
      const isPick = axes.some((axis) => down(axis).name === name);
      if (isPick || value !== (first.get(name) || "")) link.set(name, value);
    }
    if (sort.heading !== best || sort.up) {
      link.set("sort", (sort.up ? "" : "-") + column());
    }
    try {
      history.replaceState(null, "", "#" + link);
    } catch {
      // Some readers of files allow no links into them: the page does without.
    }
  };

  const recall = () => {
    const text = location.hash.slice(1);
    if (!text.includes("=")) return;
    const link = new URLSearchParams(text);
    for (const input of picker.elements) {
      const asked = link.get(input.name);
      if (input.type === "radio" && asked === input.value) input.checked = true;
      if (input.type === "search") input.value = asked || "";
      if (input.type === "checkbox") input.checked = asked !== null;
    }
    const [, minus, place] = /^(-?)(\d+)$/.exec(link.get("sort")) || [];
    sort.heading = headings[place] || best;
    sort.up = minus === "";
  };

  picker.addEventListener("submit", (event) => event.preventDefault());
  picker.addEventListener("input", () => { show(); keep(); });
  window.addEventListener("hashchange", () => { recall(); show(); order(); });

  // What a row opens to.

  const shape = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };

  // A dot for each round, a band for the interval, a line for the figure: what stands beside it in words.
  const drawRounds = (part) => {
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const heights = [...part.dataset.rounds].map((letter) => {
      const height = letters.indexOf(letter);
      return height < 0 ? null : 5 + (letters.length - 1 - height);
    });
    const [lower, upper, figure, ...rounds] = heights;
    const step = 230 / Math.max(1, rounds.length - 1);
    const picture = shape("svg", { "aria-hidden": "true" });
    if (lower !== null && upper !== null) {
      picture.append(shape("rect", { y: upper, width: 240, height: Math.max(1, lower - upper) }));
    }
    if (figure !== null) picture.append(shape("path", { d: "M0 " + figure + "h240" }));
    const dots = rounds.map((y, round) => y === null ? "" : "M" + (5 + round * step) + " " + y + "h0");
    picture.append(shape("path", { d: dots.join("") }));
    part.firstElementChild.after(picture);
    delete part.dataset.rounds;
  };

  for (const { body, cells, index } of rows) {
    const [row, details] = body.rows;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "open";
    button.setAttribute("aria-expanded", "false");
    details.id = "row-" + (index + 1);
    button.setAttribute("aria-controls", details.id);
    button.append(cells[0].firstChild);
    cells[0].prepend(button);
    const toggle = () => {
      const open = body.classList.toggle("open");
      button.setAttribute("aria-expanded", String(open));
      details.querySelector("details").open = true;
      details.querySelectorAll("[data-rounds]").forEach(drawRounds);
      // What stands below the table once for many rows comes here.
      for (const link of details.querySelectorAll("a")) {
        const target = document.getElementById(link.hash.slice(1));
        if (target) link.replaceWith(...target.cloneNode(true).childNodes);
      }
    };
    button.addEventListener("click", (event) => { event.stopPropagation(); toggle(); });
    row.addEventListener("click", () => { if (String(getSelection()) === "") toggle(); });
  }

  // Where the table is shown as cards, browsers forget that it is one.
  const roles = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };
  for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, td, th")]) {
    const heading = part.scope === "row" ? "rowheader" : "columnheader";
    part.setAttribute("role", roles[part.tagName] || heading);
  }

  for (const graphic of table.querySelectorAll("svg")) graphic.setAttribute("aria-hidden", "true");

  recall();
  show();
  order();
})();
