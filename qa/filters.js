// The filters over the question box: what is chosen, a chip for each, and where they are chosen.
// Gradio runs this with `element`, where the bar stands, and `server`, the functions it may call.

const bar = element.querySelector('#tl-filter-bar');
const opener = bar.querySelector('.tl-choose');
const form = bar.querySelector('#tl-choices');
const chips = bar.querySelector('.tl-chips');
const wrong = form.querySelector('.tl-wrong');
const days = [form.elements.date_from, form.elements.date_until];
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

// A year from 2400 on is Buddhist, as it is to the server, and an ISO day with one is read in the common era.
function common(iso) {
  const [, year, rest] = /^(\d{4})(-\d\d-\d\d)$/.exec(iso ?? '') ?? [];
  return Number(year) >= 2400 ? `${year - 543}${rest}` : iso;
}

const isDay = (iso) => {
  const date = new Date(`${iso}T00:00:00Z`);
  // Some browsers take 30 February for a day of March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso);
};

// A day in the reader's era.
function day(iso) {
  const date = new Date(`${iso}T00:00:00Z`);
  // A link may hold anything, such as 30 February; the answer to its question says that it is no day.
  if (!isDay(iso)) return text(iso);
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
  form.newest_first.checked = Boolean(chosen.newest_first);
  for (const name of ['category', 'publisher', 'release_language']) {
    const field = form.elements[name];
    const value = chosen[name] ?? '';
    // What is chosen can be chosen still, even where no release is of it any more.
    if (![...field.options].some((option) => option.value === value)) field.append(new Option(value, value));
    field.value = value;
  }
  for (const button of form.querySelectorAll('[data-first]')) {
    const on = button.dataset.first === (chosen.date_from ?? '') && button.dataset.last === (chosen.date_until ?? '');
    button.setAttribute('aria-pressed', String(on));
  }
}

// What is chosen, while the fields of the days stay as they are: a day may be half typed.
function keep(next) {
  chosen = Object.fromEntries(NAMES.filter((name) => next[name]).map((name) => [name, next[name]]));
  draw();
  document.dispatchEvent(new CustomEvent('thalaeng:filters'));
}

function choose(next) {
  keep({...next, date_from: common(next.date_from), date_until: common(next.date_until)});
  fillDays();
}

// The days in their fields

const inRange = (field) => isDay(field.value) && field.value >= field.min && field.value <= field.max;

function fillDays() {
  for (const field of days) field.value = chosen[field.name] ?? '';
  sayDays();
  complain(null);
}

// Each day in words, in the era of the page: the field itself knows the common era alone.
function sayDays() {
  for (const field of days) {
    const words = form.querySelector(`#tl-${field.name}-said`);
    const iso = inRange(field) ? field.value : '';
    // What stands there already is not said once more.
    if (words.dataset.day === iso) continue;
    words.dataset.day = iso;
    words.replaceChildren(...(iso ? [day(iso)] : []));
  }
}

// The first thing that is wrong with the days as they stand: what says it, and the field.
function wrongDay() {
  const odd = days.find((field) => field.validity.badInput || (field.value && !inRange(field)));
  if (odd) return {says: 'no-day', field: odd};
  const [first, last] = days.map((field) => field.value);
  return first && last && first > last ? {says: 'turned', field: days[0]} : null;
}

function complain(about) {
  if (wrong.dataset.says === (about?.says ?? '')) return;
  wrong.dataset.says = about?.says ?? '';
  wrong.replaceChildren(...(about ? [said(about.says)] : []));
  for (const field of days) field.removeAttribute('aria-invalid');
  about?.field.setAttribute('aria-invalid', 'true');
}

function takeDay(field) {
  // On its way to 2567 a year is 2, 25 and 256: what is not yet in range is left alone until the field is.
  const iso = common(field.value);
  if (iso !== field.value && isDay(iso)) field.value = iso;
  sayDays();
  const about = wrongDay();
  complain(about?.says === 'no-day' && about.field === field ? null : about);
  if (!about) keep({...chosen, date_from: days[0].value, date_until: days[1].value});
}

// The filters of a link, where everything is text.
function setFilters(given) {
  const {newest_first: newest} = given;
  choose({...given, newest_first: {true: true, false: false}[newest] ?? newest});
}

// Marks that turn text round would turn the number behind a name too.
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

function fill(select, names) {
  while (select.options.length > 1) select.options[1].remove();
  for (const [name, count] of names) select.append(new Option(`${name.replace(TURNING, '').trim()} (${count.toLocaleString('en')})`, name));
  // A category of one is no choice.
  select.parentElement.hidden = names.length === 0;
}

async function learn() {
  let offered;
  try { offered = await server.offered(); } catch { return; }
  if (!offered) return;
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
  if (!open) fillDays();
  form.hidden = !open;
  opener.setAttribute('aria-expanded', String(open));
  if (open) {
    fit();
    learn();
    form.querySelector('button').focus({preventScroll: true});
  }
}

// Over the question box the choices reach no higher than what is seen, however many chips stand under them.
function fit() {
  form.style.setProperty('--tl-room', `${Math.floor(bar.getBoundingClientRect().top) - 12}px`);
}
new ResizeObserver(fit).observe(bar);
window.addEventListener('resize', fit);

opener.addEventListener('click', () => show(form.hidden));
form.addEventListener('submit', (event) => {
  event.preventDefault();
  const about = wrongDay();
  if (about) {
    complain(about);
    about.field.focus();
    return;
  }
  show(false);
  opener.focus();
});
form.addEventListener('click', (event) => {
  const button = event.target.closest('[data-first]');
  if (button) choose({...chosen, date_from: button.dataset.first, date_until: button.dataset.last});
  if (event.target.closest('.tl-clear')) choose({});
});
form.addEventListener('change', (event) => {
  const {name, value, checked} = event.target;
  if (days.includes(event.target)) takeDay(event.target);
  else keep({...chosen, [name]: name === 'newest_first' ? checked : value});
});
form.addEventListener('focusout', (event) => {
  if (days.includes(event.target)) complain(wrongDay());
});
bar.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || form.hidden) return;
  event.stopPropagation();
  show(false);
  opener.focus();
});
document.addEventListener('click', (event) => {
  // The days that a question was understood to name: a press makes a filter of them.
  const named = /^#days-(\d{4}-\d\d-\d\d)-(\d{4}-\d\d-\d\d)$/.exec(event.target.closest?.('a')?.getAttribute('href') ?? '');
  if (named) {
    event.preventDefault();
    choose({...chosen, date_from: named[1], date_until: named[2]});
    (chips.querySelector('button') ?? opener).focus();
  } else if (!form.hidden && event.target.isConnected && !event.target.closest?.('#tl-filter-bar')) {
    // Days that cannot be used are not put out of sight with what is said of them.
    const about = wrongDay();
    if (about) complain(about);
    else show(false);
  }
});

form.setAttribute('aria-labelledby', 'tl-choices-name');
window.thalaeng = Object.assign(window.thalaeng ?? {}, {filters: () => ({...chosen}), setFilters, translate});
translate();
draw();
