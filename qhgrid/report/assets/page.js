"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const grouped = (value, digits) => value.toLocaleString("en-US", { maximumFractionDigits: digits });
  const number = (value) => {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    const size = Math.abs(value);
    return grouped(value, size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4);
  };
  // Names that options may call as "fn:<name>"; `unit` is the unit of the chart.
  const functions = (option) => {
    const unit = option.unit ? " " + option.unit : "";
    return {
      font: FAMILY,
      number: (value) => number(value) + unit,
      axis: (value) => grouped(value, 3),
      dayLabel: (text) => String(text).split(" ")[0],
      heatTip: (item) => {
        const [column, row, value] = item.value;
        return `${option.xAxis.data[column]} · ${option.yAxis.data[row]}<br><b>${number(value)}${unit}</b>`;
      },
      mapTip: (item) => {
        if (item.seriesType === "scatter") return item.name;
        const [mean, net, loading] = item.data.value;
        const share = loading === null ? "" : ` · ${(100 * loading).toFixed(0)} %`;
        return `<b>${item.name}</b><br>${number(mean)}${unit}${share}<br>→ ${number(net)}${unit}`;
      },
    };
  };
  const resolve = (node, known) => {
    if (typeof node === "string") return node.startsWith("fn:") ? known[node.slice(3)] : node;
    if (Array.isArray(node)) return node.map((item) => resolve(item, known));
    if (node && typeof node === "object") {
      return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, resolve(item, known)]));
    }
    return node;
  };
  const charts = [];
  const draw = () => {
    echarts.registerMap("qinghai", read("outlines"));
    const options = read("charts");
    for (const place of document.querySelectorAll("[data-chart]")) {
      const option = options[place.dataset.chart];
      const many = option.series.some((one) => one.type === "heatmap" && one.data.length > 1000);
      const chart = echarts.init(place, null, { renderer: many ? "canvas" : "svg", devicePixelRatio: 2 });
      chart.setOption(resolve(option, functions(option)));
      charts.push(chart);
    }
  };
  const resize = () => charts.forEach((chart) => chart.resize());
  const ready = Promise.all([400, 700].map((weight) => document.fonts.load(`${weight} 14px "${FAMILY}"`, "青海")));
  ready.then(draw, draw);
  window.addEventListener("resize", resize);
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((fold) => fold.setAttribute("open", ""));
    document.body.classList.add("print");
    resize();
  });
  window.addEventListener("afterprint", () => {
    document.body.classList.remove("print");
    resize();
  });

  // Citation keys: of a figure from data-cite, of a cell from its table, row and column.
  const keyOf = (element) => {
    const cited = element.closest("[data-cite]");
    if (cited) return cited.dataset.cite;
    const cell = element.closest("table[data-table] td");
    if (!cell) return null;
    const row = cell.parentElement, table = cell.closest("table");
    const column = table.tHead.rows[0].cells[cell.cellIndex].dataset.key;
    return [table.dataset.table, row.dataset.key, column].join("/");
  };
  const copy = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  };
  document.addEventListener("mouseover", (event) => {
    const target = event.target.closest("[data-cite], table[data-table] td");
    if (RUN && target && !target.title) target.title = `qhgrid:${RUN}/${keyOf(target)}`;
  });
  document.addEventListener("click", (event) => {
    const key = keyOf(event.target);
    if (!RUN || !key || String(window.getSelection())) return;
    const cited = `qhgrid:${RUN}/${key}`;
    copy(cited);
    const note = document.getElementById("copied");
    note.dataset.key = cited;
    note.classList.add("shown");
    setTimeout(() => note.classList.remove("shown"), 1800);
  });
})();
