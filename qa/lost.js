// A connection that is lost, an answer that breaks off: what is said of it, and what stays in the chat.
// What is called here of the other scripts is there by the time that it is called.

// Gradio says in English alone that something went wrong, or that the server is away and that the page is loaded anew
// once it is back.
const GRADIO_LOST = 'Connection to the server was lost';
// Looks for another server, in a row, that find the one that there was.
const MOST_LOOKS = 30;

function sayLost() {
  for (const text of document.querySelectorAll('.toast-body.error [data-testid=toast-text]')) {
    text.dataset.lost ??= text.textContent.startsWith(GRADIO_LOST) ? 'lostWaiting' : 'lostNow';
    const title = text.closest('.toast-body').querySelector('.toast-title');
    for (const [part, name] of [[text, text.dataset.lost], [title, 'lost']]) {
      if (part && part.textContent !== say(name)) part.textContent = say(name);
    }
    if (text.dataset.lost === 'lostWaiting') answerLost();
  }
}

const rowOf = (at) => [...document.querySelectorAll('#tl-chat .bot-row')].at(at);

// Gradio does nothing more until the page is loaded anew: the chat is changed as it is shown.
function answerLost() {
  const row = rowOf(asItWas ? wantedAgain.at : -1);
  if (row?.querySelector('.tl-to-come, .tl-writing')) {
    row.querySelector('.md').innerHTML = asItWas?.html ?? BROKEN_OFF;
  }
  asItWas = null;
  askingEnded(false);
}

const isUnfinished = (text) => /<(div class="tl-to-come"|p class="tl-writing")/.test(text);

// A server that is stopped breaks an answer off before it is gone. What another one in its place says is not heard
// until the page is loaded anew.
let isLooking = false;

async function loadForAnother() {
  if (isLooking) return;
  isLooking = true;
  const {root, app_id: known} = window.gradio_config;
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    await new Promise((go) => { setTimeout(go, 2000); });
    const now = await fetch(`${root}/gradio_api/app_id`, {cache: 'no-store'}).then((said) => said.json()).catch(() => null);
    if (!now?.app_id) looks = 0;
    else if (now.app_id !== known) { location.reload(); return; }
  }
  isLooking = false;
}

// Gradio gives nothing for what the server refuses to show: one that was started anew, which wants to be logged in to
// again, or what stands before one that is away.
function isRefused(html) {
  const refused = typeof html !== 'string';
  if (refused) loadForAnother();
  return refused;
}

// Called with the chat's messages when asking has failed; gives what is to be shown.
function brokenOff(messages) {
  loadForAnother();
  if (asItWas) return brokenOffAgain(messages);
  askingEnded(false);
  shownEarly = false;
  showAnswer();
  const last = messages?.at(-1);
  if (!last || !isUnfinished(messageText(last))) return messages;
  return [...messages.slice(0, -1), {...last, content: [{type: 'text', text: BROKEN_OFF}]}];
}

// And when answering again has failed: the answer that there was stays.
function brokenOffAgain(messages) {
  const was = asItWas.messages ?? messages;
  asItWas = null;
  shownEarly = false;
  setTimeout(() => {
    settle();
    const link = rowOf(wantedAgain.at)?.querySelector('.tl-actions a');
    if (link) whisper(link, say('lostNow'));
  }, 150);
  return was;
}
