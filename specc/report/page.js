"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const json = (id) => JSON.parse(byId(id).textContent);
  const make = (name, text, attributes = {}) => {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const number = (value) => {
    if (value === null) return "-";
    const size = Math.abs(value);
    for (const [scale, word] of [[1e12, " trn"], [1e9, " bn"], [1e6, " m"]]) {
      if (size >= scale) return (value / scale).toLocaleString("en", { maximumFractionDigits: 3 }) + word;
    }
    return value.toLocaleString("en", size >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 4 });
  };
  const percent = (value) => value === null ? "-" : Math.abs(value) < 0.0005 ? "0.0 %"
    : (value > 0 ? "+" : "") + (value * 100).toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 }) + " %";

  // Sorting. A column is sorted by what its cells say they are sorted by, else by their text; nothing comes last.
  const keyOf = (cell) => {
    const key = cell.dataset.key ?? cell.textContent;
    if (key === "" || key === "-" || key === "None") return null;
    const value = Number(String(key).replaceAll(",", ""));
    return Number.isNaN(value) ? key.toLowerCase() : value;
  };
  const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
  const ordered = (rows, key, descending) => rows.map((row) => [key(row), row]).sort(([a], [b]) => {
    if (a === null || b === null) return (a === null) - (b === null);
    return descending ? compare(b, a) : compare(a, b);
  }).map(([, row]) => row);
  const turn = (head) => {
    const descending = head.getAttribute("aria-sort") !== "descending";
    for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    return descending;
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    [...table.tHead.rows[0].cells].forEach((head, column) => head.firstChild.addEventListener("click", () => {
      const body = table.tBodies[0];
      body.append(...ordered([...body.rows], (row) => keyOf(row.cells[column]), turn(head)));
    }));
  }

  // A table of many rows: only those in sight are elements.
  const ROW = 28, MORE = 20;
  const long = (place, head, rows, cells, figures) => {
    const table = make("table"), top = make("thead"), body = make("tbody"), line = make("tr");
    let shown = rows;
    head.forEach((name, column) => {
      const cell = make("th", undefined, { scope: "col", class: column >= figures ? "figure" : "" });
      const button = make("button", name, { type: "button" });
      button.addEventListener("click", () => {
        const descending = turn(cell);
        rows = ordered(rows, (row) => column >= figures && row[column] !== null && /error/.test(name)
          ? Math.abs(row[column]) : row[column], descending);
        filter(last);
      });
      cell.append(button);
      line.append(cell);
    });
    top.append(line);
    table.append(top, body);
    place.append(table);
    table.setAttribute("aria-colcount", head.length);
    const space = (height) => {
      const row = make("tr", undefined, { "aria-hidden": "true" });
      row.append(make("td", "", { colspan: head.length, style: `height:${height}px;padding:0;border:0` }));
      return row;
    };
    const draw = () => {
      const first = Math.max(0, Math.floor(place.scrollTop / ROW) - MORE);
      const end = Math.min(shown.length, first + Math.ceil(place.clientHeight / ROW) + 2 * MORE);
      const drawn = shown.slice(first, end).map((row, at) => {
        const element = make("tr", undefined, { style: `height:${ROW}px`, "aria-rowindex": first + at + 2 });
        cells(row).forEach((text, column) => element.append(make("td", text, { class: column >= figures ? "figure" : "" })));
        return element;
      });
      body.replaceChildren(space(first * ROW), ...drawn, space((shown.length - end) * ROW));
    };
    let last = () => true;
    const filter = (wanted) => {
      last = wanted;
      shown = rows.filter(wanted);
      table.setAttribute("aria-rowcount", shown.length + 1);
      place.scrollTop = 0;
      draw();
      return shown.length;
    };
    place.addEventListener("scroll", () => requestAnimationFrame(draw));
    window.addEventListener("resize", draw);
    return filter;
  };
  const words = (field) => field.value.toLowerCase().split(/\s+/).filter(Boolean);

  const facts = json("facts-data");
  const showFacts = long(byId("facts-table"), facts.head, facts.rows, (row) => [
    row[0], row[1], facts.used[row[2]] ?? row[2], ...row.slice(3, 6).map(number), ...row.slice(6, 8).map(percent), number(row[8])], 3);
  const filterFacts = () => {
    const wanted = words(byId("facts-filter"));
    const states = new Set([...document.querySelectorAll("#facts-states input:checked")].map((box) => box.value));
    const found = showFacts((row) => states.has(row[2]) && wanted.every((word) => row[1].toLowerCase().includes(word)));
    byId("facts-count").textContent = `${found.toLocaleString("en")} of ${facts.rows.length.toLocaleString("en")}`;
  };
  byId("facts-filter").addEventListener("input", filterFacts);
  byId("facts-states").addEventListener("change", filterFacts);
  filterFacts();

  // Variables: one line each, with its last numbers; a press opens its life.
  const lives = new Map();
  for (const row of json("variables-data").rows) {
    const name = `${row[0]} ${row[1]}`;
    if (!lives.has(name)) lives.set(name, []);
    lives.get(name).push(row);
  }
  const HEAD = ["after", "of", "rows", "missing", "weighted total", "10 %", "median", "90 %", "highest"];
  const life = (rows) => {
    const table = make("table"), top = make("thead"), body = make("tbody"), line = make("tr");
    HEAD.forEach((name, column) => line.append(make("th", name, { scope: "col", class: column > 1 ? "figure" : "" })));
    top.append(line);
    for (const row of rows) {
      const element = make("tr");
      row.slice(2).forEach((value, column) => element.append(
        make("td", column > 1 ? number(value) : value, { class: column > 1 ? "figure" : "" })));
      body.append(element);
    }
    table.append(top, body);
    return table;
  };
  const place = byId("variables-table");
  const list = make("table"), listBody = make("tbody");
  const listHead = make("thead"), listLine = make("tr");
  ["variable", "entity", "last step", "weighted total", "median", "steps"].forEach((name, column) =>
    listLine.append(make("th", name, { scope: "col", class: column > 2 ? "figure" : "" })));
  listHead.append(listLine);
  list.append(listHead, listBody);
  place.append(list);
  const lines = [...lives].map(([name, rows]) => {
    const all = rows.filter((row) => row[3] === "all");
    const final = all[all.length - 1], element = make("tr"), first = make("td");
    const button = make("button", final[0], { type: "button", "aria-expanded": "false" });
    first.append(button);
    element.append(first, make("td", final[1]), make("td", final[2]));
    for (const value of [final[6], final[8], all.length]) element.append(make("td", number(value), { class: "figure" }));
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", String(!open));
      if (open) return element.nextSibling.remove();
      const below = make("tr", undefined, { class: "life" }), cell = make("td", undefined, { colspan: 6 });
      cell.append(life(rows));
      below.append(cell);
      element.after(below);
    });
    return [name.toLowerCase(), element];
  });
  const filterVariables = () => {
    const wanted = words(byId("variables-filter"));
    const found = lines.filter(([name]) => wanted.every((word) => name.includes(word)));
    for (const [, element] of lines) element.querySelector("button").setAttribute("aria-expanded", "false");
    listBody.replaceChildren(...found.map(([, element]) => element));
    byId("variables-count").textContent = `${found.length} of ${lines.length}`;
  };
  byId("variables-filter").addEventListener("input", filterVariables);
  filterVariables();

  byId("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    byId("theme").setAttribute("aria-pressed", String(!isDark));
  });
  // "/" leads to the filter that is nearest below the top of the window.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.matches("input") || event.ctrlKey || event.metaKey) return;
    const fields = [...document.querySelectorAll("input[type=search]")];
    const field = fields.find((each) => each.getBoundingClientRect().top > 0) ?? fields[0];
    event.preventDefault();
    field.focus();
  });
})();
