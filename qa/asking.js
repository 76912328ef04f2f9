// Asking: the box, what stands in it and is not answered yet, a question that a link asks; where an answer is shown.
// What is called here of `page.js` is there by the time that it is called.

// What is typed, or asked and not answered, is there again where the page is loaded anew, in this tab alone.
const typed = {
  read() { try { return sessionStorage.getItem('thalaeng.typed') ?? ''; } catch { return ''; } },
  write(text) {
    try {
      if (text) sessionStorage.setItem('thalaeng.typed', text);
      else sessionStorage.removeItem('thalaeng.typed');
    } catch { /* a browser may forbid it */ }
  },
};

// The question that waits for its answer, the one that a link asks until it is answered, and what waits behind that.
let underway = '';
let linked = null;
let typedBefore = '';

const questionBox = () => document.querySelector('#tl-box textarea');

function fillBox(text) {
  const box = questionBox();
  box.value = box.maxLength > 0 ? text.slice(0, box.maxLength) : text;
  box.dispatchEvent(new Event('input', {bubbles: true}));
}

document.addEventListener('input', (event) => {
  if (event.target === questionBox()) typed.write(event.target.value || underway);
});

// The box takes the keyboard only where that does not raise one over the screen.
// Nor is it taken from what a person has gone on to.
function focusBox() {
  if (!matchMedia('(pointer: fine)').matches || !panel.hidden) return;
  const at = document.activeElement;
  if (at && at !== document.body && !at.matches('#tl-new, #tl-ask *:not(#tl-filter-bar *)')) return;
  questionBox()?.focus({preventScroll: true});
}

// What has the keyboard is not to lie behind the box at the foot.
function keepAboveBox() {
  new ResizeObserver(([{target}]) => {
    root.style.scrollPaddingBottom = `${target.offsetHeight}px`;
  }).observe(document.querySelector('#tl-ask'));
}

// The question just asked goes to the top, so that its answer is read from its beginning; with it what a link says
// was asked before.
function showAnswer() {
  setTimeout(() => {
    const asked = [...document.querySelectorAll('.tl-question')];
    const top = asked.slice(0, -1).every((one) => one.closest('.tl-earlier')) ? asked[0] : asked.at(-1);
    // Of one that fills the screen the answer is gone to.
    const isLong = top?.offsetHeight > innerHeight / 2;
    (isLong ? rowOf(-1) : top)?.scrollIntoView({block: 'start', behavior: calm.matches ? 'auto' : 'smooth'});
    settle();
    focusBox();
  }, 150);
}

// An answer that is still being written is gone to when it begins, and not again when it is done.
let shownEarly = false;

function showWriting() {
  if (shownEarly || !document.querySelector('#tl-chat .tl-writing')) return;
  shownEarly = true;
  showAnswer();
}

// One at a time is asked, or answered again.
const isBusy = () => Boolean(underway || asItWas);

// Called with a question that is sent, or where an answer is wanted again; gives what goes to the server with it.
function asking(question, messages) {
  if (asItWas) {
    asItWas.messages = messages;
    return {again: wantedAgain};
  }
  if (!question.trim()) return {};
  underway = question;
  typed.write(question);
  if (linked?.question === question) return {after: linked.after, language: linked.language};
  // What has no letters, as a number has none, is in no language: the answer is in that of the page.
  return /\p{L}/u.test(question) ? {} : {language};
}

// A question that was not answered goes back into the box, unless something else was typed there.
function askingEnded(isAnswered) {
  if (!underway) return;
  const back = isAnswered ? typedBefore : underway;
  if (isAnswered) {
    linked = null;
    typedBefore = '';
  }
  underway = '';
  if (back && !questionBox().value) fillBox(back);
  typed.write(questionBox().value);
}

function askingGivenUp() {
  underway = '';
  asItWas = null;
  linked = null;
  typedBefore = '';
  shownEarly = false;
}

// A question that is not typed: the box and its button do the rest. What was typed is back in the box with the answer.
function askQuestion(question) {
  const box = questionBox();
  if (!question || !box) return;
  const left = box.value.trim();
  if (left && isBusy()) return;
  if (left && left !== question) typedBefore = box.value;
  fillBox(question);
  setTimeout(() => document.querySelector('#tl-box .submit-button')?.click(), 50);
}

// A link to a question asks it, with what it follows, the language of its answer and the filters that it carries.
function askLinked() {
  const carried = new URLSearchParams(location.search);
  const after = carried.getAll('after');
  const {q, after: last, language: answerIn, ...filters} = Object.fromEntries(carried);
  const left = typed.read();
  if (document.querySelector('.tl-question') || !q?.trim()) {
    if (left && !questionBox().value) fillBox(left);
    return;
  }
  linked = {question: q.trim(), after, language: answerIn};
  typedBefore = left === linked.question ? '' : left;
  window.thalaeng.setFilters(filters);
  askQuestion(linked.question);
}
