/**
 * "Verken deze grafiek": lets the reader zoom into a chart that the server drew as SVG.
 *
 *   <section>
 *     <figure class="chart"><svg role="img">…</svg></figure>
 *     {{ figure|json_script:"per-jaar" }}
 *     <button class="button quiet no-print" type="button" hidden
 *             data-explore="per-jaar" data-script="{% static "plotly/plotly.min.js" %}">
 *       Verken deze grafiek</button>
 *   </section>
 *
 * Without this script the button stays hidden and the page is complete. The figure is
 * Plotly's JSON, {data, layout}, made with template=None.
 */

const DUTCH = {
  moduleType: "locale",
  name: "nl",
  dictionary: {
    Autoscale: "Alles tonen",
    "Box Select": "Vak kiezen",
    "Double-click to zoom back out": "Dubbelklik om weer alles te zien",
    Pan: "Verschuiven",
    Reset: "Terug naar het begin",
    "Reset axes": "Terug naar het begin",
    Zoom: "Inzoomen",
    "Zoom in": "Inzoomen",
    "Zoom out": "Uitzoomen",
  },
  format: {
    days: ["zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"],
    shortDays: ["zo", "ma", "di", "wo", "do", "vr", "za"],
    months: [
      "januari", "februari", "maart", "april", "mei", "juni",
      "juli", "augustus", "september", "oktober", "november", "december",
    ],
    shortMonths: [
      "jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec",
    ],
    date: "%d-%m-%Y",
    decimal: ",",
    thousands: ".",
  },
};
const FAILED = "De grafiek kon niet worden geladen. De cijfers staan in de tabel.";

// Plotly brings the style sheet of its maps as text, which our Content-Security-Policy refuses.
// We draw no maps, and it leaves alone what already has this id.
const MAP_STYLES = "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53";

let loading = null;

/** Fetch Plotly once, from our own server, when somebody first asks for it. */
function plotly(address) {
  loading ??= new Promise((resolve, reject) => {
    const instead = document.createElement("template");
    instead.id = MAP_STYLES;
    document.head.append(instead);
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", () => {
      window.Plotly.register(DUTCH);
      resolve(window.Plotly);
    });
    script.addEventListener("error", () => {
      loading = null;
      reject(new Error(`${address} did not load`));
    });
    document.head.append(script);
  });
  return loading;
}

/** The page's own colour and letter, so that the chart also fits in the dark. */
function inOurLook(layout) {
  const look = getComputedStyle(document.body);
  return {
    ...layout,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: look.fontFamily, color: look.color, size: 13, ...layout.font },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: look.color, activecolor: look.color },
    separators: ",.",
  };
}

async function explore(button) {
  const figure = button.closest("figure") ?? button.closest("section").querySelector("figure");
  const fixed = figure.querySelector(":scope > svg");
  const shown = figure.querySelector(":scope > .explored");
  if (shown) {
    window.Plotly.purge(shown);
    shown.remove();
    fixed.removeAttribute("hidden");
    button.textContent = button.dataset.label;
    return;
  }
  button.disabled = true;
  try {
    const library = await plotly(button.dataset.script);
    const { data, layout } = JSON.parse(document.getElementById(button.dataset.explore).textContent);
    const place = document.createElement("div");
    place.className = "explored";
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", fixed.querySelector("title")?.textContent ?? "Grafiek");
    fixed.before(place);
    fixed.setAttribute("hidden", "");
    await library.newPlot(place, data, inOurLook(layout), {
      displaylogo: false,
      locale: "nl",
      // toImage draws by way of a blob, which our content policy does not load.
      modeBarButtonsToRemove: ["toImage", "select2d", "lasso2d", "autoScale2d"],
      responsive: true,
      // Plotly offers to send the figures to a server of others, unless told not to.
      plotlyServerURL: "",
      showSendToCloud: false,
    });
    button.textContent = "Toon de vaste grafiek";
  } catch (problem) {
    button.textContent = FAILED;
    throw problem;
  } finally {
    button.disabled = false;
  }
}

for (const button of document.querySelectorAll("button[data-explore]")) {
  button.dataset.label = button.textContent.trim();
  button.hidden = false;
  button.addEventListener("click", () => explore(button));
}
