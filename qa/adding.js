// Adding releases, shown in the place of the chat while the address ends in #add.
// Gradio runs this with `element`, where the page stands. Files go to routes of the chat's own, under `add/`.

const adding = element.querySelector('#tl-adding-page');
const [opening, files, run, over] = ['open', 'files', 'run', 'over'].map((name) => adding.querySelector(`.tl-adding-${name}`));
const fault = adding.querySelector('.tl-adding-fault');
const chosen = files.querySelector('input');
const drop = files.querySelector('.tl-drop');
// What is said to those who do not see the page: that something begins or has ended, and of a long run each tenth.
const heard = adding.querySelector('.tl-adding-heard');
const list = files.querySelector('.tl-handed-in');
const sending = files.querySelector('.tl-sending');
const start = files.querySelector('.tl-adding-start');
// Entries of dropped folders that are looked at.
const MOST_LOOKED_AT = 10_000;
// Files named in one line.
const MOST_NAMED = 5;
const top_ = document.documentElement;

// What the password gave. It ends with the page, unless releases are being added: then it is kept in the tab.
let token = '';
const kept = {
  read() { try { return sessionStorage.getItem('thalaeng.adding') ?? ''; } catch { return ''; } },
  write(text) {
    try {
      if (text) sessionStorage.setItem('thalaeng.adding', text);
      else sessionStorage.removeItem('thalaeng.adding');
    } catch { /* a browser may forbid it */ }
  },
};
let most = {};
let ready = 0;
let waiting = [];
let isSending = false;
let visit = 0;

const place = (name) => `${location.origin}${location.pathname.replace(/\/$/, '')}/add/${name}`;

function say(element, name, values = {}) {
  element.replaceChildren(...['th', 'en'].map((language) => {
    let words = name in SAY ? SAY[name][language] : (values[language] ?? '');
    for (const [key, value] of Object.entries(values)) words = words.replace(`{${key}}`, () => String(value[language] ?? value));
    return Object.assign(document.createElement('span'), {className: `tl-${language}`, lang: language, textContent: words});
  }));
}

function sayAndTell(element, name, values) {
  say(element, name, values);
  say(heard, name, values);
}

const hear = (words) => heard.replaceChildren(...[...words?.childNodes ?? []].map((part) => part.cloneNode(true)));

const complain = (words) => words ? say(fault, '', words) : fault.replaceChildren();

// What comes back from the server; what it refuses is said and gives null.
async function call(name, options = {}) {
  const mine = visit;
  const headers = {...(token ? {Authorization: `Bearer ${token}`} : {}), ...options.headers};
  let answer, said;
  try {
    answer = await fetch(place(name), {method: 'POST', cache: 'no-store', ...options, headers});
    said = await answer.json();
  } catch { /* said below */ }
  if (answer?.ok && said) return said;
  // What is refused to a visit that was left does not end the one after it.
  if (mine !== visit) return null;
  if (answer?.status === 401) show(opening);
  // What is too large for a server in between does not come here, nor do words of this one for it.
  complain(said?.th ? said : SAY[answer?.status === 413 ? 'tooLarge' : 'unreachable']);
  return null;
}

const asJson = (sent) => ({body: JSON.stringify(sent), headers: {'Content-Type': 'application/json'}});

// One of the four steps is seen.
function show(step) {
  for (const other of [opening, files, run, over]) other.hidden = other !== step;
  complain();
  if (step === opening) forget();
}

function forget() {
  token = '';
  kept.write('');
  visit += 1;
  waiting = [];
  list.replaceChildren();
  sending.replaceChildren();
  counted(0);
}

function counted(number) {
  ready = number;
  start.disabled = !ready || isSending;
  say(start, ready === 1 ? 'readyOne' : 'ready', {n: ready});
}

opening.addEventListener('submit', async (event) => {
  event.preventDefault();
  const field = opening.elements.password;
  complain();
  const said = await call('open', asJson({password: field.value}));
  if (!said) { field.select(); return; }
  field.value = '';
  token = said.token;
  begin(said);
  if (said.running) {
    seeRun();
  } else {
    show(files);
    chosen.focus();
  }
});

// What there is of a visit, new or gone back to.
function begin(said) {
  most = said;
  list.innerHTML = said.html;
  counted(said.ready);
}

function leave() {
  if (token) call('close');
  show(opening);
  location.hash = '';
}

// Handing in: one file after the other, so that one that is refused stops none.

function hand(some) {
  complain();
  if (list.children.length + waiting.length + some.length > most.most_files) {
    say(fault, 'tooMany', {most: most.most_files});
    return false;
  }
  waiting.push(...some);
  if (!isSending) send();
  return true;
}

async function send() {
  const mine = visit;
  let unsent = [];
  isSending = true;
  say(heard, 'sending', {name: waiting[0].name});
  while (waiting.length && mine === visit) {
    const file = waiting.shift();
    say(sending, 'sending', {name: file.name});
    counted(ready);
    const said = await (file.size > most.most_bytes ? leaveOut(file) : call('file', {body: file, headers: {
      'Content-Type': 'application/octet-stream', 'X-File-Name': encodeURIComponent(file.name.slice(-300)),
    }}));
    if (mine !== visit) break;
    if (!said) {
      unsent = [file, ...waiting].map((other) => other.name);
      waiting = [];
      break;
    }
    list.insertAdjacentHTML('beforeend', said.html);
    counted(said.ready);
  }
  isSending = false;
  if (unsent.length && mine === visit) {
    sayAndTell(sending, 'unsent', {n: unsent.length, names: someOf(unsent)});
  } else {
    sending.replaceChildren();
    if (mine === visit) say(heard, 'sent', {n: ready});
  }
  counted(ready);
  // Somebody has left meanwhile, come again and handed in anew.
  if (waiting.length) send();
}

const someOf = (names) => names.slice(0, MOST_NAMED).join(', ') + (names.length > MOST_NAMED ? ' …' : '');

// One that is too large stays here; that it is left out is told, for the summary.
const leaveOut = (file) => call('unsent', asJson({name: file.name.slice(-300)}));

chosen.addEventListener('change', () => {
  hand([...chosen.files]);
  chosen.value = '';
});
for (const name of ['dragenter', 'dragover']) adding.addEventListener(name, (event) => {
  event.preventDefault();
  drop.classList.toggle('tl-over', !files.hidden);
});
for (const name of ['dragleave', 'drop']) adding.addEventListener(name, () => drop.classList.remove('tl-over'));
adding.addEventListener('drop', async (event) => {
  event.preventDefault();
  if (files.hidden) return;
  // Both are gone once the event is over.
  const entries = [...(event.dataTransfer?.items ?? [])].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const dropped = [...(event.dataTransfer?.files ?? [])];
  if (!entries.some((entry) => entry.isDirectory)) {
    if (dropped.length) hand(dropped);
    return;
  }
  const mine = visit;
  complain();
  sayAndTell(sending, 'walking');
  const {found, others, isWhole} = await walk(entries);
  if (mine !== visit) return;
  if (!isSending) sending.replaceChildren();
  if (!isWhole) say(fault, 'tooMany', {most: most.most_files});
  else if (!found.length) say(fault, 'noFiles');
  else if (hand(found) && others) say(fault, 'others', {n: others});
});

// The files of what was dropped, and those of folders with them that are of a kind that can be read; how many `others`
// lie in the folders. It is not whole where there are more than can be added.
async function walk(entries) {
  const kinds = chosen.accept.split(',');
  const found = [];
  let others = 0;
  const left = entries.map((entry) => [entry, kinds.concat('')]);
  for (let looked = 0; left.length; looked += 1) {
    if (found.length > most.most_files || looked > MOST_LOOKED_AT) return {found, others, isWhole: false};
    const [entry, wanted] = left.shift();
    if (entry.isDirectory) {
      left.unshift(...(await inside(entry)).map((one) => [one, kinds]));
    } else {
      const isWanted = wanted.some((kind) => entry.name.toLowerCase().endsWith(kind));
      const file = isWanted ? await new Promise((done) => { entry.file(done, () => done(null)); }) : null;
      if (file) found.push(file);
      else others += 1;
    }
  }
  return {found, others, isWhole: true};
}

// What lies in a folder, by name and without what is hidden; a browser tells it in parts.
async function inside(folder) {
  const reader = folder.createReader();
  const all = [];
  for (let part; part?.length !== 0 && all.length <= MOST_LOOKED_AT; all.push(...part)) {
    part = await new Promise((done) => { reader.readEntries(done, () => done([])); });
  }
  return all.filter(({name}) => !name.startsWith('.')).sort((a, b) => a.name < b.name ? -1 : 1);
}

list.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-key]');
  if (!button) return;
  const said = await call('drop', asJson({key: button.dataset.key}));
  if (!said) return;
  const item = button.closest('li');
  const next = (item.nextElementSibling ?? item.previousElementSibling)?.querySelector('[data-key]');
  item.remove();
  counted(said.ready);
  (next ?? chosen).focus();
});

// The run

start.addEventListener('click', async () => {
  if (await call('start')) seeRun();
});

function seeRun() {
  kept.write(token);
  show(run);
  adding.querySelector('h2').focus({preventScroll: true});
  watch();
}

// A page that was loaded anew has to hear first what there is.
async function watch(isAnew = false) {
  const bar = run.querySelector('progress');
  const words = run.querySelector('.tl-run');
  const mine = visit;
  bar.removeAttribute('value');
  sayAndTell(words, 'preparing');
  words.dataset.tenth = 0;
  for (let lost = 0; mine === visit;) {
    const said = await call(isAnew ? 'state' : 'progress', {method: 'GET'});
    if (mine !== visit) return;
    // A lost connection is no lost run.
    if (!said) {
      if ((lost += 1) > 60) return;
      await new Promise((go) => { setTimeout(go, 2000); });
      continue;
    }
    lost = 0;
    complain();
    if (isAnew) {
      begin(said);
      isAnew = false;
      continue;
    }
    if (said.over) { end(said); return; }
    tell(bar, words, said);
    await new Promise((go) => { setTimeout(go, 500); });
  }
}

function tell(bar, words, {done, total, share, seconds_left: left}) {
  if (!share) return;
  bar.value = share;
  say(words, total === 1 ? 'addingOne' : 'adding', {done, total});
  if (left !== null) {
    const seconds = Math.round(left);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    for (const part of words.children) part.append(` · ${SAY.left[part.lang].replace('{time}', time)}`);
  }
  const tenth = String(Math.floor(share * 10));
  if (words.dataset.tenth === tenth) return;
  words.dataset.tenth = tenth;
  hear(words);
}

function end(said) {
  kept.write('');
  // What did not work can be tried again with the files as they are.
  if (said.failed) {
    show(files);
    fault.innerHTML = said.html;
    start.focus({preventScroll: true});
    return;
  }
  over.querySelector('.tl-summary').innerHTML = said.html;
  show(over);
  hear(over.querySelector('.tl-done'));
  list.replaceChildren();
  counted(0);
  const count = document.querySelector('#tl-header .tl-count');
  if (count) count.innerHTML = said.count;
  over.querySelector('.tl-adding-more').focus({preventScroll: true});
}

over.querySelector('.tl-adding-more').addEventListener('click', () => {
  show(files);
  chosen.focus();
});
for (const button of adding.querySelectorAll('.tl-adding-leave')) button.addEventListener('click', leave);
over.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#release-"]');
  if (!link || window.thalaeng?.isElsewhere?.(event)) return;
  event.preventDefault();
  window.thalaeng?.openRelease?.(link, link.getAttribute('href').slice('#release-'.length));
});

// In the place of the chat

function route() {
  const here = location.hash === '#add';
  if (here === !adding.hidden) return;
  adding.hidden = !here;
  top_.classList.toggle('tl-adding-here', here);
  if (!here) {
    window.thalaeng?.closePanel?.();
    return;
  }
  scrollTo(0, 0);
  // After what the other pages do when they go.
  setTimeout(() => (opening.hidden ? adding.querySelector('h2') : opening.elements.password).focus({preventScroll: true}));
}
window.addEventListener('hashchange', route);
addEventListener('pagehide', () => { if (token) call(run.hidden ? 'close' : 'leave', {keepalive: true}); });
token = kept.read();
if (token) {
  show(run);
  watch(true);
} else {
  show(opening);
}
route();
