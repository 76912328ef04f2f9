// What the page does in the browser: the language, the light, the source beside the chat, what is pressed.
// Gradio runs this with `element`, where the panel stands, and `server`, the functions it may call.

const root = document.documentElement;
const panel = element.querySelector('#tl-panel');
const shade = element.querySelector('#tl-shade');
const body = panel.querySelector('.tl-body');
const place = panel.querySelector('.tl-place');
const narrow = matchMedia('(max-width: 63.99rem)');
const paper = matchMedia('print');
const calm = matchMedia('(prefers-reduced-motion: reduce)');

// A browser may forbid keeping anything; the page works all the same.
const kept = {
  read(name) { try { return localStorage.getItem(`thalaeng.${name}`); } catch { return null; } },
  write(name, value) {
    try {
      if (value === null) localStorage.removeItem(`thalaeng.${name}`);
      else localStorage.setItem(`thalaeng.${name}`, value);
      return true;
    } catch { return false; }
  },
};

// The language and the light

let language = kept.read('language');
if (language !== 'th' && language !== 'en') {
  language = navigator.languages.find((known) => /^(th|en)\b/i.test(known))?.slice(0, 2).toLowerCase() ?? 'th';
}
const say = (name) => WORDS[name][language];

function applyLanguage() {
  root.lang = language;
  root.dataset.language = language;
  document.title = say('title');
  const box = document.querySelector('#tl-box textarea');
  if (box && box.placeholder !== say('placeholder')) {
    box.placeholder = say('placeholder');
    box.setAttribute('aria-label', say('label'));
  }
  const named = document.querySelector('#tl-box [data-testid=block-info]')?.firstChild;
  if (named && named.nodeValue !== say('label')) named.nodeValue = say('label');
  document.querySelector('#tl-chat [role=log]')?.setAttribute('aria-label', say('conversation'));
  document.querySelector('#tl-box .submit-button')?.setAttribute('aria-label', say('send'));
  const anew = document.querySelector('#tl-new');
  if (anew && anew.textContent.trim() !== say('anew')) anew.textContent = say('anew');
  for (const button of document.querySelectorAll('[data-act=language]')) {
    const pressed = String(button.dataset.language === language);
    if (button.getAttribute('aria-pressed') !== pressed) button.setAttribute('aria-pressed', pressed);
  }
}

function applyTheme() {
  const chosen = kept.read('theme');
  if (chosen === 'dark' || chosen === 'light') document.body.classList.toggle('dark', chosen === 'dark');
}

// A message's label would have a screen reader spell out its HTML.
function settle() {
  applyLanguage();
  showWriting();
  sayLost();
  for (const message of document.querySelectorAll('#tl-chat [data-testid][aria-label]')) {
    message.removeAttribute('aria-label');
  }
  // The chat lets no button through, and no state: what is pressed and stays so is said to be one here.
  for (const thumb of document.querySelectorAll('#tl-chat [class*=tl-act-rate]:not([aria-pressed])')) {
    thumb.setAttribute('role', 'button');
    thumb.setAttribute('aria-pressed', 'false');
  }
}

let settling = 0;
new MutationObserver(() => {
  cancelAnimationFrame(settling);
  settling = requestAnimationFrame(settle);
}).observe(document.body, {childList: true, subtree: true});
applyLanguage();
applyTheme();

// The source beside the chat

let opener = null;
let quotes = [];
let current = 0;
let shown = '';
let latest = 0;

// Where a link like #quote-1-0123456789abcdef-10-50 leads.
function quoteOf(link) {
  const match = /^#quote-(\d+)-([0-9a-f]{16})-(\d+)-(\d+)$/.exec(link.getAttribute('href') ?? '');
  if (match) return {n: Number(match[1]), release: match[2], start: Number(match[3]), end: Number(match[4])};
  // A release that is not quoted opens at its beginning.
  const whole = /^#release-([0-9a-f]{16})$/.exec(link.getAttribute('href') ?? '');
  return whole && {n: 0, release: whole[1], start: 0, end: 0};
}

// What a card quotes, with its words: where the release was changed since, other words stand in that place.
function quotedOn(card) {
  const link = card.querySelector('.tl-title .tl-open');
  return link && {...quoteOf(link), text: card.querySelector('.tl-quote mark')?.textContent ?? ''};
}

async function openSource(link) {
  const wanted = quoteOf(link);
  if (!wanted) return;
  const answer = link.closest('.tl-answer');
  quotes = [...(answer?.querySelectorAll('.tl-card') ?? [])].map(quotedOn).filter(Boolean);
  current = Math.max(0, quotes.findIndex((quote) => quote.n === wanted.n));
  if (quotes.length === 0) quotes = [wanted];
  opener = link;
  shown = '';
  openPanel('source');
  await showQuote();
}

const isElsewhere = (event) => event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;

// The release that an address leads to, as of a link that was opened in a tab of its own.
function openAddressed() {
  const release = /^#(?:release-|quote-\d+-)([0-9a-f]{16})(?:-\d+-\d+)?$/.exec(location.hash)?.[1];
  if (release) openRelease(null, release);
}
window.addEventListener('hashchange', openAddressed);

// A release by itself, with no quote to go to.
async function openRelease(link, release) {
  quotes = [{n: 0, release, start: 0, end: 0}];
  current = 0;
  opener = link;
  shown = '';
  openPanel('source');
  await showQuote();
}

function openPanel(kind) {
  panel.dataset.kind = kind;
  panel.querySelector('#tl-panel-name').innerHTML = ['th', 'en']
    .map((known) => `<span class="tl-${known}" lang="${known}">${WORDS[kind][known]}</span>`).join('');
  panel.hidden = false;
  fitPanel();
  panel.querySelector('[data-act=close]').focus({preventScroll: true});
}

// On a narrow screen the panel is a sheet over the chat, which is then out of reach.
function fitPanel() {
  // A sheet of paper is narrow too.
  if (paper.matches) return;
  const sheet = narrow.matches && !panel.hidden;
  root.classList.toggle('tl-under', sheet);
  root.classList.toggle('tl-beside', !narrow.matches && !panel.hidden);
  shade.hidden = !sheet;
  if (sheet) enterSheet();
  panel.toggleAttribute('aria-modal', sheet);
  if (sheet) panel.setAttribute('aria-modal', 'true');
  for (const part of document.querySelectorAll('#tl-header, #tl-start, #tl-shelf, #tl-adding, #tl-chat, #tl-further, #tl-ask')) part.inert = sheet;
}
narrow.addEventListener('change', fitPanel);

// On paper the page is light and has nothing beside it, and after that it is as it was.
let isDark = false;
paper.addEventListener('change', () => {
  if (paper.matches) {
    isDark = document.body.classList.contains('dark');
    root.classList.remove('tl-beside', 'tl-under');
  }
  document.body.classList.toggle('dark', isDark && !paper.matches);
  fitPanel();
});

// A sheet is an entry of the browser's own history, so that Back closes it and does not leave the chat.
let entered = false;
// Going back takes a moment: until then the entry of a sheet that was closed is the current one.
let leaving = false;

function enterSheet() {
  if (entered || leaving) return;
  history.pushState({sheet: true}, '');
  entered = true;
}

function leaveSheet() {
  if (!entered) return;
  entered = false;
  leaving = true;
  history.back();
}

window.addEventListener('popstate', () => {
  if (leaving) {
    leaving = false;
    fitPanel();
  } else if (entered) {
    entered = false;
    closePanel();
  }
});

// What changes the address waits for the entry of a sheet to be gone.
const onceLeft = (change) => {
  if (leaving) window.addEventListener('popstate', change, {once: true});
  return leaving;
};

// The chat, where another page stands in its place.
function showChat() {
  if (!onceLeft(showChat) && location.hash) location.hash = '';
}

// Whoever goes to another page and comes back finds the chat where it was. The other pages come and go at a change of the
// address, of which this is heard before.
let chatAt = 0;
const isAway = () => root.matches('.tl-browsing, .tl-adding-here');
window.addEventListener('popstate', () => { if (!isAway()) chatAt = scrollY; });
window.addEventListener('hashchange', () => {
  setTimeout(() => { if (!isAway()) scrollTo({top: chatAt, behavior: 'instant'}); });
});

// The address without the question of a link.
function bareAddress() {
  if (!onceLeft(bareAddress) && location.search) history.replaceState(null, '', location.pathname);
}

function closePanel() {
  if (panel.hidden) return;
  panel.hidden = true;
  leaveSheet();
  latest += 1;
  fitPanel();
  body.replaceChildren();
  for (const link of document.querySelectorAll('.tl-open[aria-current]')) link.removeAttribute('aria-current');
  if (opener?.isConnected) opener.focus({preventScroll: true});
  opener = null;
}

function note(text) {
  const line = document.createElement('p');
  line.className = 'tl-notice';
  line.textContent = text;
  body.replaceChildren(line);
}

function sayPlace() {
  place.textContent = quotes[current].n === 0 ? '' : say('place').replace('{n}', current + 1).replace('{all}', quotes.length);
}

async function showQuote() {
  const quote = quotes[current];
  const call = ++latest;
  sayPlace();
  panel.querySelector('[data-act=previous]').disabled = current === 0;
  panel.querySelector('[data-act=next]').disabled = current === quotes.length - 1;
  if (shown !== quote.release) {
    const same = quotes.filter((other) => other.release === quote.release);
    const waiting = setTimeout(() => { if (call === latest) note(say('opening')); }, 200);
    try {
      const html = await server.source({
        release: quote.release, quotes: same.map(({n, start, end, text}) => [n, start, end, text ?? '']),
      });
      if (call !== latest) return;
      if (isRefused(html)) throw new Error('refused');
      body.innerHTML = html;
      fold();
      shown = quote.release;
    } catch {
      if (call === latest) note(say('unreachable'));
      return;
    } finally {
      clearTimeout(waiting);
    }
  }
  for (const mark of body.querySelectorAll('mark')) mark.classList.toggle('tl-current', mark.id === `tl-quote-${quote.n}`);
  const mark = body.querySelector('.tl-current');
  if (mark) {
    const above = mark.getBoundingClientRect().top - body.getBoundingClientRect().top;
    body.scrollTop += above - Math.max(headHeight(), (body.clientHeight - mark.offsetHeight) / 3);
  } else {
    body.scrollTop = 0;
  }
}

function step(by) {
  const next = current + by;
  if (next < 0 || next >= quotes.length) return;
  current = next;
  showQuote();
  const button = panel.querySelector(by < 0 ? '[data-act=previous]' : '[data-act=next]');
  if (button.disabled) body.focus({preventScroll: true});
}

// What is pressed

const acts = {
  language: (button) => {
    language = button.dataset.language;
    kept.write('language', language);
    settle();
    if (!panel.hidden) {
      if (panel.dataset.kind === 'source' && quotes.length) sayPlace();
      if (panel.dataset.kind === 'source' && quotes.length && !shown) showQuote();
      if (panel.dataset.kind === 'history') listConversations();
    }
  },
  theme: () => {
    kept.write('theme', document.body.classList.toggle('dark') ? 'dark' : 'light');
  },
  close: closePanel,
  ask: (button) => askQuestion(button.textContent),
  previous: () => step(-1),
  next: () => step(1),
};

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('#tl-chat a[href^="#"]');
  // A source that is wanted in a tab of its own is opened there.
  if (link && link.matches('.tl-open') && isElsewhere(event)) return;
  if (link) {
    event.preventDefault();
    if (link.matches('.tl-open')) openSource(link);
    else if (link.matches('.tl-act')) act(link);
    return;
  }
  const button = event.target.closest?.('[data-act]');
  if (button && acts[button.dataset.act]) acts[button.dataset.act](button);
  // A new conversation leaves no source of the old one open, and no link to its question.
  if (event.target.closest?.('#tl-new')) {
    closePanel();
    askingGivenUp();
    typed.write('');
    bareAddress();
  }
});
// A file dropped where none is taken would be opened in the place of the page.
for (const name of ['dragover', 'drop']) window.addEventListener(name, (event) => {
  if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = 'none';
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !panel.hidden) closePanel();
  // A link goes with Enter alone, a button with the space bar too.
  if (event.key === ' ' && event.target.matches?.('#tl-chat a[role=button]')) {
    event.preventDefault();
    event.target.click();
  }
});

root.dataset.judged = String(JUDGED);
window.thalaeng = Object.assign(window.thalaeng ?? {}, {
  asking, showAnswer, focusBox, openRelease, isElsewhere, isRefused, closePanel, brokenOff,
});

// The parts of the page come one after another.
(function begin() {
  if (document.querySelector('#tl-box textarea') && document.querySelector('#tl-box .submit-button')
    && window.thalaeng.setFilters) {
    settle();
    keepAboveBox();
    focusBox();
    askLinked();
    // A page that was loaded anew under a sheet has none.
    if (history.state?.sheet) {
      leaving = true;
      history.back();
    }
    openAddressed();
    window.thalaeng.isReady = true;
  } else {
    setTimeout(begin, 50);
  }
})();
