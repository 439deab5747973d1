/**
 * Lets a form save itself while somebody types, and says so.
 *
 *   <form method="post" action="…" data-autosave>
 *     <input type="hidden" name="csrfmiddlewaretoken"> …
 *     <output data-autosaved></output>
 *   </form>
 *
 * The form is posted to its own address with the header X-Autosave: 1. The answer is JSON:
 * {saved, message, fields, texts, pieces, opens}: `fields` are new values of hidden fields (the
 * edit number), `texts` new words by the id of their place, `pieces` the server's own HTML for a
 * place (how far all is), `opens` the ids of <details> to open.
 *   200 saved · 400 not saved, something in the form · 409 somebody else was first
 * When the session has ended, what was typed stays on the page; pressing a button then asks for a
 * new sign-in in another window instead of losing it. A button in one form first saves what was
 * typed in the others. Without this script the buttons do the work.
 */

const PAUSE = 1500; // milliseconds of rest before saving
const EXPIRED =
  "U bent uitgelogd. Wat u typte staat nog op deze pagina, maar is niet bewaard. " +
  "Log in een nieuw venster in en druk daarna hier op een knop om te bewaren.";
const OFFLINE =
  "Geen verbinding. Wat u typte staat nog op deze pagina, maar is niet bewaard. " +
  "Wij proberen het opnieuw zodra u verder typt.";

const FIRST = "Dit is nog niet bewaard.";

/** Every form that saves itself: whether something in it waits to be saved, and saving it. */
const waiting = new Map();

/** What came of one attempt; `stop`: only a button goes on from here. */
const DONE = "done";
const REFUSED = "refused";
const CONFLICT = "conflict";
const LOST = "lost";

function enhance(form) {
  const output = form.querySelector("output[data-autosaved]");
  let timer = 0;
  let running = null;
  let outcome = DONE;
  let dirty = false;
  let leaving = false;

  const say = (text, bad) => {
    output.textContent = text;
    output.classList.toggle("bad", bad);
  };

  /** A new form token, from the same page as a signed-in person gets it; false when signed out. */
  async function refreshToken() {
    const page = await fetch(window.location.href, { redirect: "manual", cache: "no-store" });
    if (!page.ok) return false;
    const found = new DOMParser().parseFromString(await page.text(), "text/html");
    const fresh = found.querySelector("input[name=csrfmiddlewaretoken]");
    if (fresh) form.elements.csrfmiddlewaretoken.value = fresh.value;
    return Boolean(fresh);
  }

  /** What was typed, without chosen files: those go with a button. */
  function typed() {
    const body = new FormData(form);
    for (const input of form.querySelectorAll("input[type=file]")) body.delete(input.name);
    return body;
  }

  /** What the answer changes on the page: hidden fields (of what was stored, even when not all
   *  was), counts elsewhere, and questions that came up. */
  function show(told) {
    for (const [name, value] of Object.entries(told.fields ?? {})) {
      if (form.elements[name]) form.elements[name].value = value;
    }
    for (const [id, text] of Object.entries(told.texts ?? {})) {
      const place = document.getElementById(id);
      if (place) place.textContent = text;
    }
    for (const [id, html] of Object.entries(told.pieces ?? {})) {
      const place = document.getElementById(id);
      // Never under somebody's hands.
      if (place && !place.contains(document.activeElement)) place.innerHTML = html;
    }
    for (const id of told.opens ?? []) document.getElementById(id)?.setAttribute("open", "");
  }

  async function attempt() {
    dirty = false;
    const answer = await fetch(form.getAttribute("action"), {
      method: "POST",
      body: typed(),
      headers: { "X-Autosave": "1" },
      redirect: "manual",
      cache: "no-store",
    });
    const isOurs = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    if (!isOurs) {
      dirty = true;
      say(EXPIRED, true);
      return LOST;
    }
    const told = await answer.json();
    say(told.message, !told.saved);
    show(told);
    if (!told.saved) {
      dirty = true;
      return answer.status === 409 ? CONFLICT : REFUSED;
    }
    return DONE;
  }

  async function save() {
    window.clearTimeout(timer);
    if (running) await running;
    running = (async () => {
      try {
        outcome = await attempt();
        if (outcome === LOST && (await refreshToken())) outcome = await attempt();
      } catch {
        dirty = true;
        outcome = LOST;
        say(OFFLINE, true);
      }
    })();
    await running;
    running = null;
    return outcome;
  }

  const later = () => {
    dirty = true;
    window.clearTimeout(timer);
    // Two values of one answer: which of them holds is chosen on the page that a button opens.
    if (outcome !== CONFLICT) timer = window.setTimeout(save, PAUSE);
  };

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", async (event) => {
    if (leaving) return;
    event.preventDefault();
    // A conflict or a fault is shown by the page that the server answers with.
    const went = outcome === CONFLICT ? CONFLICT : await save();
    if (went === LOST || !(await saveOthers(form))) return;
    // A form cannot be submitted again while this event is still under way.
    await new Promise((resolve) => window.setTimeout(resolve));
    leaving = true;
    form.requestSubmit(event.submitter);
    leaving = false;
    dirty = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty && !leaving) event.preventDefault();
  });
  waiting.set(form, { isDirty: () => dirty, saveNow });

  /** Save before a button elsewhere leaves the page; false when what was typed is only here and
   *  can be put right here, which is then shown. Of two values the browser asks: both forms may
   *  wait for a choice, and neither could go first. */
  async function saveNow() {
    if (outcome === CONFLICT || (await save()) === DONE || outcome === CONFLICT) return true;
    form.closest("details")?.setAttribute("open", "");
    if (!output.textContent.startsWith(FIRST)) say(`${FIRST} ${output.textContent}`, true);
    output.tabIndex = -1;
    output.focus();
    return false;
  }
}

/** Save what was typed in all forms but `form`; false when some of it is still only here. */
async function saveOthers(form) {
  for (const [other, { isDirty, saveNow }] of waiting) {
    if (other !== form && isDirty() && !(await saveNow())) return false;
  }
  return true;
}

for (const form of document.querySelectorAll("form[data-autosave]")) enhance(form);

/** Forms with only a button (handing in, taking over): what was typed elsewhere is saved first. */
let passing = null;
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (waiting.has(form) || passing === form) return;
  if (![...waiting.values()].some(({ isDirty }) => isDirty())) return;
  event.preventDefault();
  if (!(await saveOthers(form))) return;
  // Saving may have drawn the page's overview anew, and this form with it: then she looks first.
  if (!form.isConnected) return;
  await new Promise((resolve) => window.setTimeout(resolve));
  passing = form;
  form.requestSubmit(event.submitter);
  passing = null;
});
