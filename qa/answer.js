// What is done with an answer: copied, linked to, judged, answered again in the other language.
// What is called here of `page.js` is there by the time that it is called.

async function copy(link, text) {
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without https a browser has only the old way.
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'tl-said';
    document.body.append(area);
    area.select();
    done = document.execCommand('copy');
    area.remove();
    link.focus({preventScroll: true});
  }
  whisper(link, say(done ? 'copied' : 'uncopied'));
}

// A word beside what was pressed, said and soon gone.
function whisper(link, text) {
  const row = link.closest('.tl-actions');
  let word = row.querySelector('.tl-whisper');
  if (!word) {
    word = document.createElement('span');
    word.className = 'tl-whisper';
    word.setAttribute('role', 'status');
    row.append(word);
  }
  word.textContent = '';
  requestAnimationFrame(() => { word.textContent = text; });
  clearTimeout(word.going);
  word.going = setTimeout(() => { word.textContent = ''; }, 4000);
}

const dataOf = (row, name) => row.querySelector(`.tl-data-${name}`)?.textContent ?? '';

// The address that asks the question again as it was asked; nothing where it would be too long for one.
// An answer of an earlier version names the question alone.
function addressOf(row) {
  const query = row.querySelector('.tl-data-link') ? dataOf(row, 'link')
    : `?${new URLSearchParams({q: JSON.parse(dataOf(row, 'judged')).question})}`;
  return query && location.origin + location.pathname + query;
}

const withLink = (row, text, open = '', close = '') => dataOf(row, 'scoped') && addressOf(row)
  ? `${text.trimEnd()}\n${open}${addressOf(row)}${close}\n` : text;

async function judge(link, rating, reason = '') {
  const row = link.closest('.tl-actions');
  let done = false;
  try {
    done = await server.judge({...JSON.parse(dataOf(row, 'judged')), rating, reason});
  } catch { /* said below */ }
  whisper(link, done?.[language] ?? say(done ? 'thanks' : 'unkept'));
  if (done !== true) return false;
  for (const other of row.querySelectorAll('[class*=tl-act-rate]')) {
    other.setAttribute('aria-pressed', String(other.getAttribute('href') === `#rate-${rating}`));
  }
  return true;
}

// Whether a person has not gone on to something else while the server was asked.
const staysAt = (row) => document.activeElement === document.body || row.contains(document.activeElement);

// The opinion is kept at once; the reason follows if there is one.
async function askWhy(link, rating) {
  const row = link.closest('.tl-actions');
  row.querySelector('.tl-why')?.remove();
  const press = row.pressed = {};
  if (!(await judge(link, rating)) || row.pressed !== press) return;
  const form = document.createElement('form');
  form.className = 'tl-why';
  const field = document.createElement('input');
  field.maxLength = 2000;
  field.placeholder = say('why');
  field.setAttribute('aria-label', say('why'));
  const send = document.createElement('button');
  send.className = 'tl-button';
  send.textContent = say('tell');
  form.append(field, send);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (!field.value.trim() || await judge(link, rating, field.value.trim())) {
      const stays = staysAt(row);
      form.remove();
      if (stays) link.focus({preventScroll: true});
    }
  });
  row.append(form);
  if (staysAt(row)) field.focus({preventScroll: true});
}

function act(link) {
  const name = link.getAttribute('href').slice(1);
  if (name === 'unfiltered') {
    askUnfiltered(link);
    return;
  }
  const row = link.closest('.tl-actions');
  if (name === 'copy-text') copy(link, withLink(row, dataOf(row, name)));
  else if (name === 'copy-markdown') copy(link, withLink(row, dataOf(row, name), '<', '>'));
  else if (name === 'copy-reference') copy(link, withLink(row, dataOf(row, `copy-reference-${language}`)));
  else if (name === 'copy-link') copy(link, addressOf(row));
  else if (name.startsWith('answer-in-')) answerIn(link, name.slice(10));
  else if (name === 'rate-up' || name === 'rate-down') askWhy(link, name.slice(5));
}

// The same question answered again in the other language, in the place of this answer.
let wantedAgain = null;
// The answer as it was shown, and the chat with it, until there is the other.
let asItWas = null;

function filtersOf(row) {
  try { return JSON.parse(dataOf(row, 'filters')); } catch { return {}; }
}

function answerAgain(row, wanted, filters) {
  if (isBusy()) {
    const link = row.querySelector('.tl-actions a');
    if (link) whisper(link, say('busy'));
    return;
  }
  const at = [...document.querySelectorAll('#tl-chat .bot-row')].indexOf(row);
  wantedAgain = {at, language: wanted, filters};
  asItWas = {html: row.querySelector('.md').innerHTML};
  shownEarly = true;
  document.querySelector('#tl-again')?.click();
}

function answerIn(link, wanted) {
  const row = link.closest('.bot-row');
  answerAgain(row, wanted, filtersOf(row));
}

// The same question asked of all releases, in the place of the refusal. What goes first stays as it was chosen.
function askUnfiltered(link) {
  const row = link.closest('.bot-row');
  const order = ({newest_first: newest}) => newest ? {newest_first: newest} : {};
  const [then, now] = [filtersOf(row), window.thalaeng.filters()];
  const sorted = (filters) => JSON.stringify(Object.entries(filters).sort());
  // The next question goes without them too, unless others were chosen since.
  if (!isBusy() && sorted(then) === sorted(now)) window.thalaeng.setFilters(order(now));
  answerAgain(row, row.querySelector('.tl-text').lang, order(then));
}
