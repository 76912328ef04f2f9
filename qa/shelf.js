// The page of the releases, shown in the place of the chat while the address ends in #releases.
// Gradio runs this with `element`, where the page stands, and `server`, the functions it may call.

const shelf = element.querySelector('#tl-shelf-page');
const list = shelf.querySelector('.tl-shelf-list');
// A word that comes with its element is not always told to those who do not see the page.
const heard = shelf.querySelector('.tl-shelf-heard');
const search = shelf.querySelector('form');
const field = search.querySelector('input');
const order = search.querySelector('select');
const page = document.documentElement;

let turned = 1;
let latest = 0;
let typing = 0;

async function browse(to = 1) {
  const call = ++latest;
  list.setAttribute('aria-busy', 'true');
  let html;
  try {
    html = await server.browse({
      ...(window.thalaeng?.filters?.() ?? {}), words: field.value, order: order.value, page: to,
    });
  } catch { /* said below */ }
  if (window.thalaeng?.isRefused?.(html) ?? !html) html = `<p class="tl-notice">${FAILED}</p>`;
  if (call !== latest) return;
  turned = to;
  list.innerHTML = html;
  list.removeAttribute('aria-busy');
  heard.replaceChildren(...[...list.querySelectorAll('.tl-count, .tl-notice')].flatMap((one) => [...one.cloneNode(true).childNodes]));
}

// Saves the list as a file, once all of it is there: what is refused is said, and half a list is not kept.
async function save(link) {
  if (link.ariaBusy === 'true') return;
  link.ariaBusy = 'true';
  list.querySelector('.tl-unsaved')?.remove();
  let said = null;
  try {
    const reply = await fetch(link.href, {cache: 'no-store'});
    if (reply.ok) keep(await reply.blob(), link.download);
    else said = await reply.json() ?? UNSAVED;
  } catch {
    said = UNSAVED;
  }
  link.ariaBusy = 'false';
  if (!said || !link.isConnected) return;
  const line = Object.assign(document.createElement('p'), {className: 'tl-notice tl-unsaved', role: 'alert'});
  line.append(...['th', 'en'].map((language) => Object.assign(document.createElement('span'), {
    className: `tl-${language}`, lang: language, textContent: (said.th ? said : UNSAVED)[language],
  })));
  link.parentElement.after(line);
}

function keep(file, name) {
  const link = Object.assign(document.createElement('a'), {href: URL.createObjectURL(file), download: name});
  link.click();
  // A browser may ask where to keep it before it begins.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// The filters stand over the question box, and here over the list.
function moveFilters(here) {
  const bar = document.querySelector('#tl-filter-bar');
  const place = here ? shelf.querySelector('.tl-shelf-filters') : document.querySelector('#tl-filters .tl-home');
  if (bar && place && bar.parentElement !== place) place.append(bar);
}

function route() {
  const here = location.hash === '#releases';
  if (here === !shelf.hidden) return;
  shelf.hidden = !here;
  page.classList.toggle('tl-browsing', here);
  moveFilters(here);
  scrollTo(0, 0);
  if (!here) {
    window.thalaeng?.closePanel?.();
    window.thalaeng?.focusBox?.();
    return;
  }
  window.thalaeng?.translate?.();
  shelf.querySelector('h2').focus({preventScroll: true});
  browse();
}

search.addEventListener('submit', (event) => {
  event.preventDefault();
  clearTimeout(typing);
  browse();
});
field.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(browse, 300, 1);
});
order.addEventListener('change', () => browse());
document.addEventListener('thalaeng:filters', () => { if (!shelf.hidden) browse(); });
list.addEventListener('click', async (event) => {
  const link = event.target.closest('a[href^="#release-"]');
  if (link && !window.thalaeng?.isElsewhere?.(event)) {
    event.preventDefault();
    window.thalaeng?.openRelease?.(link, link.getAttribute('href').slice('#release-'.length));
  }
  const saving = event.target.closest('.tl-save');
  if (saving) {
    event.preventDefault();
    save(saving);
  }
  const button = event.target.closest('[data-page]');
  if (button && !button.disabled) {
    await browse(Number(button.dataset.page));
    shelf.querySelector('h2').focus({preventScroll: true});
    scrollTo(0, 0);
  }
});
window.addEventListener('hashchange', route);

// The bar of filters may come later than this.
(function begin() {
  if (document.querySelector('#tl-filter-bar')) route();
  else setTimeout(begin, 50);
})();
