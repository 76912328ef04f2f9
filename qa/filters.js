// The filters over the question box: what is chosen, a chip for each, and where they are chosen.
// Gradio runs this with `element`, where the bar stands, and `server`, the functions it may call.

const bar = element.querySelector('#tl-filter-bar');
const opener = bar.querySelector('.tl-choose');
const form = bar.querySelector('#tl-choices');
const chips = bar.querySelector('.tl-chips');
const turned = form.querySelector('.tl-turned');
const NAMES = ['date_from', 'date_until', 'category', 'publisher', 'release_language', 'newest_first'];

let chosen = {};
let stretches = [];

// What is said in an option, a placeholder or a label stands there in the page's language alone.
function translate() {
  const language = document.documentElement.lang === 'en' ? 'en' : 'th';
  for (const part of document.querySelectorAll('[data-th][data-en]')) {
    const words = part.dataset[language];
    if (part.tagName === 'OPTION') part.textContent = words;
    else part.placeholder = words;
    if (part.tagName !== 'OPTION') part.setAttribute('aria-label', words);
  }
}
new MutationObserver(translate).observe(document.documentElement, {attributes: true, attributeFilter: ['lang']});

const text = (words) => Object.assign(document.createElement('span'), {textContent: words});
const said = (name) => document.importNode(bar.querySelector(`.tl-${name}`).content, true);

function inBoth(th, en) {
  const parts = document.createDocumentFragment();
  for (const [language, words] of [['th', th], ['en', en]]) {
    parts.append(Object.assign(text(words), {className: `tl-${language}`, lang: language}));
  }
  return parts;
}

// A day in the reader's era.
function day(iso) {
  const date = new Date(`${iso}T00:00:00Z`);
  // A link may hold anything; the answer to its question says that it is no day.
  if (Number.isNaN(date.getTime())) return text(iso);
  const form = {day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC'};
  return inBoth(
    date.toLocaleDateString('th-TH-u-ca-buddhist-nu-latn', {...form, era: undefined}).replace(/^พ\.ศ\. /, ''),
    date.toLocaleDateString('en-GB', form),
  );
}

function daysChip() {
  const {date_from: first, date_until: last} = chosen;
  const words = document.createElement('span');
  const stretch = stretches.find((one) => one.first === first && one.last === last);
  if (stretch) words.append(inBoth(stretch.th, stretch.en));
  else if (first && first === last) words.append(day(first));
  else if (first && last) words.append(day(first), ' – ', day(last));
  else words.append(said(first ? 'from-chip' : 'until-chip'), ' ', day(first || last));
  return words;
}

function chip(names, words) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'tl-chip tl-on';
  button.dataset.filters = names.join(' ');
  const cross = Object.assign(text(' ✕'), {ariaHidden: 'true'});
  const remove = Object.assign(document.createElement('span'), {className: 'tl-said'});
  remove.append(said('remove'));
  button.append(words, cross, remove);
  button.addEventListener('click', () => {
    const next = {...chosen};
    for (const name of names) delete next[name];
    choose(next);
    (chips.querySelector('button') ?? opener).focus();
  });
  return button;
}

function draw() {
  for (const old of chips.querySelectorAll('button')) old.remove();
  if (chosen.date_from || chosen.date_until) chips.append(chip(['date_from', 'date_until'], daysChip()));
  for (const name of ['category', 'publisher']) if (chosen[name]) chips.append(chip([name], text(chosen[name])));
  if (chosen.release_language) {
    const option = [...form.release_language.options].find((one) => one.value === chosen.release_language);
    const words = document.createElement('span');
    words.append(option?.dataset.th ? inBoth(option.dataset.th, option.dataset.en) : text(chosen.release_language));
    chips.append(chip(['release_language'], words));
  }
  if (chosen.newest_first) {
    const words = document.createElement('span');
    words.append(said('newest-chip'));
    chips.append(chip(['newest_first'], words));
  }
  for (const name of NAMES) {
    const field = form.elements[name];
    if (name === 'newest_first') { field.checked = Boolean(chosen[name]); continue; }
    const value = chosen[name] ?? '';
    // What is chosen can be chosen still, even where no release is of it any more.
    if (field.tagName === 'SELECT' && ![...field.options].some((option) => option.value === value)) {
      field.append(new Option(value, value));
    }
    // A day that is being typed is no value yet, and setting none would take away what is there of it.
    if (field.value !== value) field.value = value;
  }
  for (const button of form.querySelectorAll('[data-first]')) {
    const on = button.dataset.first === (chosen.date_from ?? '') && button.dataset.last === (chosen.date_until ?? '');
    button.setAttribute('aria-pressed', String(on));
  }
}

function choose(next) {
  chosen = Object.fromEntries(NAMES.filter((name) => next[name]).map((name) => [name, next[name]]));
  turned.hidden = true;
  draw();
  document.dispatchEvent(new CustomEvent('thalaeng:filters'));
}

// The filters of a link, where everything is text.
function setFilters(given) {
  choose({...given, ...(given.newest_first ? {newest_first: given.newest_first === 'true' || given.newest_first} : {})});
}

// Marks that turn text round would turn the number behind a name too.
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

function fill(select, names) {
  while (select.options.length > 1) select.options[1].remove();
  for (const [name, count] of names) select.append(new Option(`${name.replace(TURNING, '').trim()} (${count})`, name));
  // A category of one is no choice.
  select.parentElement.hidden = names.length === 0;
}

async function learn() {
  let offered;
  try { offered = (await server.offered()) ?? {}; } catch { return; }
  fill(form.category, offered.categories ?? []);
  fill(form.publisher, offered.publishers ?? []);
  stretches = offered.stretches ?? [];
  for (const old of form.querySelectorAll('[data-first]:not([data-first=""])')) old.remove();
  for (const stretch of stretches) {
    const button = Object.assign(document.createElement('button'), {type: 'button', className: 'tl-chip'});
    button.dataset.first = stretch.first;
    button.dataset.last = stretch.last;
    button.append(inBoth(stretch.th, stretch.en));
    form.querySelector('.tl-stretches').append(button);
  }
  form.querySelector('.tl-counted').innerHTML = offered.counted ?? '';
  draw();
}

function show(open) {
  form.hidden = !open;
  opener.setAttribute('aria-expanded', String(open));
  if (open) {
    learn();
    form.querySelector('button').focus({preventScroll: true});
  }
}

opener.addEventListener('click', () => show(form.hidden));
form.addEventListener('submit', (event) => {
  event.preventDefault();
  show(false);
  opener.focus();
});
form.addEventListener('click', (event) => {
  const button = event.target.closest('[data-first]');
  if (button) choose({...chosen, date_from: button.dataset.first, date_until: button.dataset.last});
  if (event.target.closest('.tl-clear')) {
    form.reset();
    choose({});
  }
});
form.addEventListener('change', (event) => {
  const {name, value, checked} = event.target;
  const next = {...chosen, [name]: name === 'newest_first' ? checked : value};
  if (next.date_from && next.date_until && next.date_from > next.date_until) turned.hidden = false;
  else choose(next);
});
bar.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || form.hidden) return;
  event.stopPropagation();
  show(false);
  opener.focus();
});
document.addEventListener('click', (event) => {
  // The days that a question was understood to name: a press makes a filter of them.
  const days = /^#days-(\d{4}-\d\d-\d\d)-(\d{4}-\d\d-\d\d)$/.exec(event.target.closest?.('a')?.getAttribute('href') ?? '');
  if (days) {
    event.preventDefault();
    choose({...chosen, date_from: days[1], date_until: days[2]});
    (chips.querySelector('button') ?? opener).focus();
  } else if (!form.hidden && event.target.isConnected && !event.target.closest?.('#tl-filter-bar')) {
    show(false);
  }
});

form.setAttribute('aria-labelledby', 'tl-choices-name');
window.thalaeng = Object.assign(window.thalaeng ?? {}, {filters: () => ({...chosen}), setFilters, translate});
translate();
draw();
