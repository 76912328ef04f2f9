// The page of the releases, shown in the place of the chat while the address ends in #releases.
// Gradio runs this with `element`, where the page stands, and `server`, the functions it may call.

const shelf = element.querySelector('#tl-shelf-page');
const list = shelf.querySelector('.tl-shelf-list');
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
  } catch {
    html = `<p class="tl-notice">${FAILED}</p>`;
  }
  if (call !== latest) return;
  turned = to;
  list.innerHTML = html;
  list.removeAttribute('aria-busy');
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
  if (link) {
    event.preventDefault();
    window.thalaeng?.openRelease?.(link, link.getAttribute('href').slice('#release-'.length));
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
